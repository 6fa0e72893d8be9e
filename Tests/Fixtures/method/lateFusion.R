# Two risks added and Breslow's baseline beside them, for Tests/TrainingTests/LateFusionTests.swift:
#     Rscript Tests/Fixtures/method/lateFusion.R > Tests/Fixtures/method/lateFusion.json
library(survival)
set.seed(5)
n <- 60
own <- round(rnorm(n, 2, 3), 3)                # the first model's risk
held <- round(rnorm(n), 3)                     # the second's, by fits without the patient
risk <- round(held + rnorm(n, sd = 0.5), 3)    # the second's
slope <- 0.8
time <- round(rexp(n, exp(0.2 * own + 0.9 * held)) * 10, 1) + 0.1   # ties
event <- runif(n) < 0.7
first <- as.vector(scale(own))
eta <- slope * (first + held)
fit <- coxph(Surv(time, event) ~ offset(eta), ties = "breslow")
fused <- first + risk
times <- c(0, 0.5, 2, 5, 20)
# basehaz is that of a patient with the mean offset, even so.
base <- basehaz(fit, centered = FALSE)
hazard <- c(0, base$hazard / exp(mean(eta)))[1 + findInterval(times, base$time)]
survival <- exp(-outer(exp(slope * fused), hazard))
cat(jsonlite::toJSON(list(
  versions = list(R = R.version.string, survival = as.character(packageVersion("survival"))),
  time = time, event = event, own = own, risk = risk, heldOut = held, slope = slope,
  fused = fused, standardised = as.vector(scale(fused)), times = times, survival = survival),
  digits = 12, auto_unbox = TRUE))
