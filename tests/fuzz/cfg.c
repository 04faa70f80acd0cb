/* SPDX-License-Identifier: MIT */
/* Networks as cfg text; small ones are made room for and run. */
#include <string.h>

#include "fuzz.h"
#include "nn/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emo_net *net = emo_net_new((const char *)data, size, "fuzz.cfg");
	int hwc[3];

	if (!net)
		return 0;
	emo_net_shape(net, hwc);
	if (emo_net_params(net).n < 20000 && emo_net_layers(net) < 12 &&
	    (long)hwc[0] * hwc[1] * hwc[2] < 2000) {
		emo_net_init(net, 1);
		if (emo_net_reserve(net, 1, 0, NULL) == 0) {
			memset(emo_net_input(net), 0,
			       sizeof(float) * (size_t)(hwc[0] * hwc[1] * hwc[2]));
			emo_net_run(net, 1);
		}
	}
	emo_net_free(net);
	return 0;
}
