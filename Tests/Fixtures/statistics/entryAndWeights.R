# What R's survival package makes of late entry (start-stop data) and of case weights: curves, their quantiles and
# readings, Cox regression, tests of proportional hazards, concordance; and the log-rank test with late entry, which has
# no package, by its definition. Run in this folder: Rscript entryAndWeights.R. Writes entryAndWeights.json, its own data
# in it, and entryAndWeightsCox.json. null stands for NA, NaN and infinity.
suppressMessages({
  library(survival)
  library(jsonlite)
})
set.seed(20261124)

# ---- data: entry, time, event, whole and sampling weights, groups, strata, clusters, covariates

complete <- function(d, ...) d[complete.cases(d[, c(...)]), ]
heart2 <- with(heart, data.frame(entry = start, time = stop, event = event, x = age, y = year,
  z = as.integer(transplant) - 1, group = as.integer(surgery), stratum = as.integer(surgery), cluster = id))
# Ties of entries, events and censorings with each other, in several rows of one subject and in strata.
n <- 300
made <- data.frame(entry = sample(0:8, n, TRUE), event = rbinom(n, 1, 0.55), x = round(rnorm(n), 1),
  y = rbinom(n, 1, 0.4), z = rexp(n)^2, group = sample(1:4, n, TRUE), stratum = sample(1:3, n, TRUE),
  cluster = sample(1:60, n, TRUE))
made$time <- made$entry + sample(1:6, n, TRUE)
# Few at risk at first, then many: sums that rise and fall again; a covariate whose large values enter late and leave.
m <- 250
late <- data.frame(entry = round(rexp(m, 0.05), 2), x = rnorm(m), y = rnorm(m), z = rbinom(m, 1, 0.5))
late$time <- round(late$entry + rexp(m, 0.05 * exp(late$x / 2)) + 0.01, 2)
late$event <- rbinom(m, 1, 0.8)
late$group <- 1 + late$z
late$stratum <- 1 + (late$y > 0)
late$cluster <- rep(1:50, 5)
# Entry and exit times that are equal in theory.
k <- sample(0:9, 120, TRUE)
nearly <- data.frame(entry = ifelse(runif(120) < 0.5, k * 0.1, vapply(k, function(i) sum(rep(0.1, i)), 0)),
  time = vapply(k + sample(1:5, 120, TRUE), function(i) sum(rep(0.1, i)), 0) + (1:120 %% 3) * 1e-9,
  event = rbinom(120, 1, 0.6), x = rnorm(120), y = rnorm(120), z = rnorm(120), group = sample(1:2, 120, TRUE),
  stratum = sample(1:2, 120, TRUE), cluster = 1:120)
lung2 <- complete(with(lung, data.frame(time = time, event = as.integer(status == 2), x = age, y = sex, z = ph.ecog,
  group = sex, stratum = sex, cluster = inst)), "z", "cluster")
sets <- list(heart = heart2, made = made, late = late, nearly = nearly, lung = lung2)
for (name in names(sets)) {
  rows <- nrow(sets[[name]])
  sets[[name]]$whole <- sample(1:4, rows, TRUE)
  sets[[name]]$sampling <- round(rexp(rows) + 0.05, 3)
  sets[[name]]$gaps <- sample(0:2, rows, TRUE)
}
response <- function(d) if (is.null(d$entry)) with(d, Surv(time, event)) else with(d, Surv(entry, time, event))
weightsOf <- function(d, weights) if (weights == "") rep(1, nrow(d)) else d[[weights]]
one <- function(x) unbox(unname(x))
loose <- function(x) as.vector(unname(x))

# ---- curves

curve <- function(name, weights = "", grouped = FALSE, kind = "log-log", level = 0.95, times = NULL) {
  d <- sets[[name]]
  w <- weightsOf(d, weights)
  d$seen <- response(d)
  groups <- if (grouped) sort(unique(d$group)) else NA
  fit <- if (grouped) survfit(seen ~ group, data = d, weights = w, conf.type = kind, conf.int = level) else
    survfit(seen ~ 1, data = d, weights = w, conf.type = kind, conf.int = level)
  parts <- lapply(seq_along(groups), function(i) {
    f <- if (grouped) fit[i] else fit
    q <- quantile(f, c(0.1, 0.25, 0.5, 0.75))
    s <- if (is.null(times)) NULL else summary(f, times = times)
    # R has the error of S where it is the jackknife's, and that of log S where it is Greenwood's.
    error <- if (isFALSE(f$logse)) f$std.err / f$surv else f$std.err
    error[f$surv == 0] <- NA
    lower <- f$lower
    upper <- f$upper
    lower[f$surv == 0] <- NA
    upper[f$surv == 0] <- NA
    list(time = f$time, atRisk = loose(f$n.risk), events = loose(f$n.event), censored = loose(f$n.censor),
      survival = f$surv, standardError = error, lower = lower, upper = upper,
      hazard = f$cumhaz, hazardError = f$std.chaz,
      median = loose(summary(f)$table[c("median", sprintf("%.2gLCL", level), sprintf("%.2gUCL", level))]),
      quantile = loose(q$quantile), quantileLower = loose(q$lower), quantileUpper = loose(q$upper),
      readings = if (is.null(s)) Map(function(x) numeric(0),
        c(time = 0, atRisk = 0, events = 0, survival = 0, standardError = 0, lower = 0, upper = 0)) else list(time = s$time, atRisk = loose(s$n.risk), events = loose(s$n.event),
        survival = s$surv, standardError = ifelse(s$surv == 0, NA, s$std.err), lower = s$lower, upper = s$upper))
  })
  list(data = one(name), weights = one(weights), grouped = one(grouped),
    interval = one(sub("-", "", kind)), level = one(level), times = if (is.null(times)) numeric(0) else times,
    curves = parts)
}
curves <- list(curve("heart", times = c(0, 1, 50, 100.5, 900)), curve("heart", "whole", TRUE), curve("heart", "sampling"),
  curve("made", kind = "plain"), curve("made", "whole", kind = "log", times = c(2, 3, 7.5, 10)),
  curve("made", "sampling", TRUE, "plain", 0.9, times = c(3, 4, 9)), curve("made", "gaps", TRUE),
  curve("late"), curve("late", "sampling", TRUE, "log"), curve("late", "whole", TRUE, "plain"),
  curve("nearly", "sampling"), curve("nearly", grouped = TRUE),
  curve("lung", "whole", TRUE, times = c(0, 100, 300, 1000)), curve("lung", "sampling", TRUE, times = c(5, 310)),
  curve("lung", "sampling", kind = "log", level = 0.8), curve("lung", "gaps", kind = "plain"))

# ---- restricted means

mean1 <- function(name, horizon) {
  table <- summary(survfit(response(sets[[name]]) ~ 1), rmean = horizon)$table
  list(data = one(name), horizon = one(horizon), mean = one(table[["rmean"]]), standardError = one(table[["se(rmean)"]]))
}
means <- list(mean1("heart", 500), mean1("made", 9))

# ---- Cox regression

regression <- function(name, terms, weights = "", ties = "efron", strata = FALSE, variance = "model",
                       transform = "km") {
  d <- sets[[name]]
  d$w <- as.double(weightsOf(d, weights))
  d$unit <- if (variance == "clustered") d$cluster else seq_len(nrow(d))
  d$seen <- response(d)
  right <- paste(c(terms, if (strata) "strata(stratum)"), collapse = " + ")
  control <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
  formula <- as.formula(paste("seen ~", right))
  fit <- if (variance == "model") coxph(formula, data = d, weights = w, ties = ties, robust = FALSE, control = control) else
    coxph(formula, data = d, weights = w, ties = ties, robust = TRUE, cluster = unit, control = control)
  s <- summary(fit)
  zph <- cox.zph(fit, transform = transform)$table
  list(data = one(name), terms = I(terms), weights = one(weights), ties = one(ties), strata = one(strata),
    variance = one(variance), coefficient = loose(fit$coefficients), covariance = loose(fit$var),
    modelVariance = if (is.null(fit$naive.var)) loose(fit$var) else loose(fit$naive.var),
    logLikelihood = fit$loglik, score = one(fit$score), wald = one(fit$wald.test),
    robustScore = if (is.null(fit$rscore)) numeric(0) else fit$rscore,
    patients = one(fit$n), events = one(fit$nevent), means = loose(fit$means), predictor = loose(fit$linear.predictors),
    martingale = loose(residuals(fit, "martingale")), residuals = unname(t(as.matrix(residuals(fit, "score")))),
    concordance = loose(fit$concordance[c("concordant", "discordant", "tied.x", "tied.y", "tied.xy")]),
    estimate = loose(fit$concordance[c("concordance", "std")]),
    deviance = loose(residuals(fit, "deviance")), schoenfeld = unname(t(as.matrix(residuals(fit, "schoenfeld")))),
    dfbeta = unname(t(as.matrix(residuals(fit, "dfbeta")))), curves = predicted(fit, d, strata),
    transform = one(transform), zph = loose(zph[, 1]))
}
# At every covariate 1, in each stratum: survival and the error of its logarithm.
predicted <- function(fit, d, strata) {
  profile <- data.frame(x = 1, y = 1, z = 1)
  if (strata) profile <- cbind(profile, data.frame(stratum = sort(unique(d$stratum))))
  curves <- survfit(fit, newdata = profile, se.fit = TRUE, conf.type = "none")
  lapply(seq_len(nrow(profile)), function(i) {
    f <- if (strata) curves[i] else curves
    seen <- f$n.event > 0
    list(time = f$time[seen], survival = loose(f$surv)[seen], standardError = loose(f$std.err)[seen])
  })
}
all3 <- c("x", "y", "z")
regressions <- list(regression("heart", all3), regression("heart", all3, variance = "clustered"),
  regression("heart", c("x", "z"), "sampling", "breslow", variance = "robust", transform = "rank"),
  regression("heart", c("x", "y"), "whole", strata = TRUE, transform = "log"),
  regression("made", all3), regression("made", all3, ties = "breslow", transform = "identity"),
  regression("made", all3, "sampling", variance = "clustered"),
  regression("made", all3, "sampling", "breslow", strata = TRUE, variance = "clustered"),
  regression("made", c("x", "z"), "whole", strata = TRUE, variance = "robust"),
  regression("late", all3), regression("late", all3, "sampling", variance = "robust"),
  regression("late", c("x", "z"), strata = TRUE), regression("nearly", all3, transform = "rank"),
  regression("nearly", all3, "whole", "breslow"),
  regression("lung", all3, "whole"), regression("lung", all3, "sampling", variance = "robust"),
  regression("lung", c("x", "z"), "sampling", "breslow", strata = TRUE, variance = "clustered", transform = "log"),
  regression("lung", all3, variance = "clustered"))

# ---- log-rank with late entry, by its definition

logRank <- function(name, strata = FALSE, rho = 0) {
  d <- sets[[name]]
  y <- unclass(survival:::aeqSurv(response(d)))
  groups <- sort(unique(d$group))
  k <- length(groups)
  observed <- expected <- numeric(k)
  v <- matrix(0, k, k)
  for (s in if (strata) sort(unique(d$stratum)) else NA) {
    keep <- if (strata) d$stratum == s else rep(TRUE, nrow(d))
    from <- y[keep, 1]; to <- y[keep, 2]; event <- y[keep, 3] == 1; group <- d$group[keep]
    survival <- 1
    for (t in sort(unique(to[event]))) {
      atRisk <- from < t & to >= t
      size <- sapply(groups, function(g) sum(atRisk & group == g))
      deaths <- sapply(groups, function(g) sum(event & to == t & group == g))
      total <- sum(size); dead <- sum(deaths); w <- survival^rho
      observed <- observed + w * deaths
      expected <- expected + w * dead * size / total
      if (total > 1) v <- v + w^2 * dead * (total - dead) / (total - 1) * (diag(size / total) - outer(size, size) / total^2)
      survival <- survival * (1 - dead / total)
    }
  }
  u <- (observed - expected)[-1]
  list(data = one(name), strata = one(strata), rho = one(rho), observed = observed, expected = expected,
    chiSquare = one(drop(u %*% solve(v[-1, -1], u))))
}
# Without ties it is the score test of Cox regression.
untied <- sets$late
untied$time <- untied$time + seq_len(nrow(untied)) * 1e-4
sets$untied <- untied
score <- coxph(response(untied) ~ factor(group), data = untied)$score
tests <- list(logRank("heart"), logRank("made"), logRank("made", TRUE), logRank("made", rho = 1), logRank("untied"))
stopifnot(abs(tests[[5]]$chiSquare - score) < 1e-9 * score)

put <- function(name, cases, digits) writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))), cases = cases), digits = I(digits), na = "null"), name)
put("entryAndWeights.json", list(data = lapply(sets, as.list), curves = curves, means = means, logRank = tests), 17)
put("entryAndWeightsCox.json", regressions, 13)
