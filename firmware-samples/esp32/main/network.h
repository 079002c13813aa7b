/* Wi-Fi that reconnects for ever, and the clock. */
#ifndef EDGESTREAM_NETWORK_H
#define EDGESTREAM_NETWORK_H

#include "esp_err.h"

/* Starts Wi-Fi and SNTP and returns at once; both go on trying by themselves. */
esp_err_t network_start(void);

#endif
