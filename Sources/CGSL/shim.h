// The GNU Scientific Library: distribution functions, and the logarithm of a normal tail.
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_erf.h>
