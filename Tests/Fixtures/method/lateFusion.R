# Two risks added and Breslow's baseline beside them, for Tests/TrainingTests/LateFusionTests.swift:
#     Rscript Tests/Fixtures/method/lateFusion.R > Tests/Fixtures/method/lateFusion.json
library(survival)
set.seed(5)
n <- 60
own <- round(rnorm(n, 2, 3), 3)                # the first model's risk
held <- round(rnorm(n), 3)                     # the second's, by fits without the patient
risk <- round(held + rnorm(n, sd = 0.5), 3)    # the second's
time <- round(rexp(n, exp(0.2 * own + 0.9 * held)) * 10, 1) + 0.1   # ties
event <- runif(n) < 0.7
first <- as.vector(scale(own))
fused <- first + risk
times <- c(0, 0.5, 2, 5, 20)
of_sum <- unname(coef(coxph(Surv(time, event) ~ I(first + held), ties = "breslow")))
# The second's own slope bounds that of the sum, unless it is 0.
cases <- lapply(c(0.3, 5, 0), function(slope) {
  b <- if (slope > 0) min(slope, of_sum) else of_sum
  eta <- b * (first + held)
  fit <- coxph(Surv(time, event) ~ offset(eta), ties = "breslow")
  # basehaz is that of a patient with the mean offset, even so.
  base <- basehaz(fit, centered = FALSE)
  hazard <- c(0, base$hazard / exp(mean(eta)))[1 + findInterval(times, base$time)]
  list(slope = slope, isBound = slope == b, survival = exp(-outer(exp(b * fused), hazard)))
})
cat(jsonlite::toJSON(list(
  versions = list(R = R.version.string, survival = as.character(packageVersion("survival"))),
  time = time, event = event, own = own, risk = risk, heldOut = held,
  fused = fused, standardised = as.vector(scale(fused)), times = times, cases = cases),
  digits = 12, auto_unbox = TRUE))
