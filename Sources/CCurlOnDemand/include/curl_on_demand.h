#ifndef FLOWRUN_CURL_ON_DEMAND_H
#define FLOWRUN_CURL_ON_DEMAND_H

/// Whether the system's libcurl could be loaded; reading it does so. Without it every function of curl fails.
int flowrun_curl_is_there(void);

#endif
