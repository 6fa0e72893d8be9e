# What R's survival package makes of the data of the tests. Run in this folder: Rscript oracle.R
# Writes data.json (every data set, real and made up) and a JSON file per estimator.
# null stands for NA, NaN and infinity.
suppressMessages({
  library(survival)
  library(jsonlite)
})

number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "null")
text <- function(x) {
  if (is.list(x)) {
    if (is.null(names(x))) {
      return(paste0("[", paste(vapply(x, text, ""), collapse = ",\n"), "]"))
    }
    return(paste0("{", paste0('"', names(x), '": ', vapply(x, text, ""), collapse = ",\n"), "}"))
  }
  single <- inherits(x, "single")
  x <- unclass(x)
  values <- if (is.numeric(x)) number(x) else vapply(as.character(x), function(s) toJSON(s, auto_unbox = TRUE), "")
  if (single) values else paste0("[", paste(values, collapse = ","), "]")
}
one <- function(x) structure(unname(x), class = "single")
put <- function(name, value) {
  versions <- list(R = one(as.character(getRversion())), survival = one(as.character(packageVersion("survival"))))
  writeLines(text(list(versions = versions, cases = value)), paste0(name, ".json"))
}

# ---- data

set.seed(20240501)
plain <- function(time, event, ...) data.frame(time = time, event = event, ...)
lung2 <- with(lung, plain(time, as.integer(status == 2), age = age, sex = sex, ecog = ph.ecog, karno = ph.karno,
  loss = wt.loss, inst = inst))
veteran2 <- with(veteran, plain(time, status, trt = trt, cell = as.integer(celltype), karno = karno,
  diagtime = diagtime, age = age, prior = prior,
  squamous = as.integer(celltype == "squamous"), small = as.integer(celltype == "smallcell"),
  adeno = as.integer(celltype == "adeno")))
n <- 240
ties <- plain(sample(0:11, n, TRUE), rbinom(n, 1, 0.6), group = sample(1:5, n, TRUE, prob = c(5, 4, 3, 2, 1)),
  site = sample(1:14, n, TRUE), x = round(rnorm(n), 1), y = rbinom(n, 1, 0.4), z = rexp(n)^2)
ties$time <- pmax(0, ties$time - ties$y * rbinom(n, 4, 0.5))
# Times that are equal in theory: sums of 0.1, each made in its own way; and chains of close neighbours.
steps <- sample(1:12, 90, TRUE)
nearly <- plain(
  ifelse(runif(90) < 0.5, steps * 0.1, vapply(steps, function(k) sum(rep(0.1, k)), 0)) + (1:90 %% 3) * 1e-9,
  rbinom(90, 1, 0.7), group = sample(1:2, 90, TRUE), x = rnorm(90), risk = sample(1:9, 90, TRUE))
distant <- plain(1e6 * sample(1:9, 60, TRUE) + sample(c(0, 0.01, 0.02, 0.03, 0.2), 60, TRUE), rbinom(60, 1, 0.7),
  group = sample(1:2, 60, TRUE), x = rnorm(60), risk = sample(1:9, 60, TRUE))
spread <- plain(c(rexp(150, 3), rexp(150, 0.2), rexp(150, 0.02)), rep(1, 450), group = rep(1:3, each = 150),
  x = rep(1:3, each = 150) + rnorm(450) / 10, site = rep(1:2, 225))
spread$event[seq(5, 450, 5)] <- 0
followed <- rexp(180, 0.1)
smooth <- plain(pmin(followed, runif(180, 1, 25)), 0, risk = 1 / followed + rnorm(180) / 5, scale = 3 + followed)
smooth$event <- as.integer(smooth$time == followed)
lung2$scale <- 100 + 5 * lung2$age
ties$scale <- exp(ties$x + 2)
# A covariate with a long tail, on which Newton's first step goes too far and has to be halved.
x <- exp(2.5 * rnorm(60))
overshoot <- plain(round(rexp(60) * exp(-pmin(x, 6) * 0.8), 3), rbinom(60, 1, 0.9), x = x)
data <- list(
  overshoot = overshoot, smooth = smooth,
  lung = lung2, veteran = veteran2, ties = ties, nearly = nearly, distant = distant, spread = spread,
  allCensored = plain(c(3, 1, 2, 2), 0, group = c(1, 2, 1, 2), risk = 1:4),
  onePatient = plain(5, 1), oneCensored = plain(5, 0),
  oneEvent = plain(c(4, 2, 7, 7, 9), c(0, 0, 1, 0, 0), group = c(1, 2, 1, 2, 2), risk = c(5, 3, 2, 2, 1)),
  zeroTimes = plain(c(0, 0, 0, 1, 2, 2, 3, 5), c(1, 0, 1, 1, 0, 1, 1, 0), group = c(1, 2, 2, 1, 1, 2, 2, 1),
    risk = c(9, 1, 8, 3, 4, 4, 3, 1), x = c(0.3, 1, 2, 0.2, 0, 1, 0.4, 1)),
  sameTime = plain(c(1, 1, 2, 2, 2, 3, 3), c(1, 0, 1, 0, 0, 0, 1), group = c(1, 2, 1, 2, 1, 2, 1),
    risk = c(2, 2, 1, 5, 1, 3, 3), x = c(1, 2, 4, 3, 1, 1, 2)),
  lastCensored = plain(c(1, 2, 3, 4, 5), c(1, 0, 1, 1, 0), group = c(1, 1, 2, 2, 2), risk = c(5, 4, 3, 2, 1)),
  lastEvent = plain(c(1, 2, 3, 4, 5), c(1, 0, 1, 0, 1), group = c(1, 1, 2, 2, 2), risk = c(1, 4, 3, 2, 5)),
  flatHalf = plain(c(1, 2, 3, 4), 1, group = c(1, 2, 2, 1), risk = 4:1),
  flatHalfToEnd = plain(c(1, 2, 3, 4), c(1, 1, 0, 0), group = c(1, 2, 2, 1), risk = c(1, 1, 2, 1)),
  flatHalfCensored = plain(c(1, 2, 2.5, 3, 6, 8), c(1, 1, 0, 1, 1, 0), group = c(1, 2, 2, 1, 2, 1),
    risk = c(6, 3, 3, 2, 3, 1)),
  leavesEarly = plain(c(1, 1.5, 2, 3, 4, 5, 6), c(0, 0, 1, 1, 0, 1, 1), group = c(3, 3, 1, 2, 1, 2, 1), risk = 7:1),
  separated = plain(c(1, 2, 3, 4, 5, 6, 7, 8), c(1, 1, 1, 1, 0, 0, 1, 1), x = c(1, 1, 1, 1, 0, 0, 0, 0),
    y = c(0.1, 0.7, 0.3, 0.2, 0.9, 0.8, 0.4, 0.6)))
columns <- function(frame) lapply(frame, function(x) as.numeric(x))
put("data", lapply(data, columns))

# ---- nearly equal times

put("times", lapply(setNames(nm = c("nearly", "distant", "ties", "veteran")), function(name) {
  d <- data[[name]]
  list(time = as.matrix(aeqSurv(Surv(d$time, d$event)))[, 1])
}))

# ---- Kaplan-Meier

km <- function(name, by = NULL, type = "log-log", level = 0.95) {
  d <- data[[name]]
  by.values <- if (is.null(by)) rep(1, nrow(d)) else d[[by]]
  fit <- survfit(Surv(time, event) ~ by.values, data = d, conf.type = type, conf.int = level)
  strata <- if (is.null(fit$strata)) length(fit$time) else fit$strata
  ends <- cumsum(strata)
  tables <- summary(fit)$table
  if (!is.matrix(tables)) tables <- t(tables)
  probabilities <- c(0.1, 0.25, 0.5, 0.75, 0.9)
  list(data = one(name), by = one(if (is.null(by)) "" else by), type = one(sub("-", "", type)), level = one(level),
    curves = unname(lapply(seq_along(ends), function(i) {
      rows <- (ends[i] - strata[i] + 1):ends[i]
      curve <- if (length(ends) > 1) fit[i] else fit
      quantiles <- quantile(curve, probs = probabilities)
      list(name = one(as.character(sort(unique(by.values))[i])), patients = one(fit$n[i]),
        events = one(sum(fit$n.event[rows])), time = fit$time[rows], atRisk = fit$n.risk[rows],
        eventCount = fit$n.event[rows], censoredCount = fit$n.censor[rows], survival = fit$surv[rows],
        standardError = fit$std.err[rows], lower = fit$lower[rows], upper = fit$upper[rows],
        median = one(tables[i, "median"]), medianLower = one(tables[i, ncol(tables) - 1]),
        medianUpper = one(tables[i, ncol(tables)]), probabilities = probabilities,
        quantiles = as.vector(quantiles$quantile), quantileLower = as.vector(quantiles$lower),
        quantileUpper = as.vector(quantiles$upper))
    })))
}
edge <- c("zeroTimes", "sameTime", "lastCensored", "lastEvent", "flatHalf", "flatHalfToEnd", "flatHalfCensored",
  "allCensored", "oneEvent", "onePatient", "oneCensored")
put("kaplanMeier", c(
  list(km("lung"), km("lung", "sex"), km("veteran", "cell"), km("veteran", "trt"), km("ties", "group"),
    km("nearly"), km("nearly", "group"), km("distant", "group"), km("spread", "group")),
  list(km("lung", "sex", "plain"), km("lung", "sex", "log", 0.9), km("ties", NULL, "log"), km("ties", NULL, "plain")),
  list(km("lastEvent", NULL, "plain"), km("lastEvent", NULL, "log"), km("flatHalf", "group")),
  lapply(edge, km)))

# ---- cumulative hazard, restricted mean, follow-up. The interval and the contrasts are by their definition.

hazard <- function(name, by) {
  d <- data[[name]]
  by.values <- d[[by]]
  fit <- survfit(Surv(time, event) ~ by.values, data = d)
  strata <- rep(seq_along(fit$strata), fit$strata)
  spread <- exp(qnorm(0.975) * fit$std.chaz / fit$cumhaz)
  list(data = one(name), by = one(by), curves = unname(lapply(seq_along(fit$strata), function(i) {
    rows <- strata == i
    list(time = fit$time[rows], cumulativeHazard = fit$cumhaz[rows], standardError = fit$std.chaz[rows],
      lower = (fit$cumhaz / spread)[rows], upper = (fit$cumhaz * spread)[rows])
  })))
}
put("nelsonAalen", list(hazard("lung", "sex"), hazard("ties", "group"), hazard("nearly", "group"),
  hazard("zeroTimes", "group"), hazard("flatHalf", "group"), hazard("allCensored", "group")))

restricted <- function(name, by, horizon) {
  d <- data[[name]]
  by.values <- d[[by]]
  table <- summary(survfit(Surv(time, event) ~ by.values, data = d), rmean = horizon)$table
  mean <- unname(table[, "rmean"])
  error <- unname(table[, "se(rmean)"])
  z <- qnorm(0.975)
  relative <- sqrt(sum((error[1:2] / mean[1:2])^2))
  both <- sqrt(sum(error[1:2]^2))
  change <- mean[2] - mean[1]
  ratio <- log(mean[2] / mean[1])
  list(data = one(name), by = one(by), horizon = one(horizon), mean = mean, standardError = error,
    lower = mean - z * error, upper = mean + z * error,
    difference = c(change, change - z * both, change + z * both, 2 * pnorm(-abs(change / both))),
    ratio = c(exp(ratio + c(0, -z, z) * relative), 2 * pnorm(-abs(ratio / relative))))
}
put("restrictedMean", list(restricted("lung", "sex", 365.25), restricted("lung", "sex", 965),
  restricted("veteran", "cell", 100.5), restricted("ties", "group", 6), restricted("flatHalf", "group", 10),
  restricted("sameTime", "group", 2.5)))

reverse <- function(name) {
  d <- data[[name]]
  fit <- survfit(Surv(time, 1 - event) ~ 1, data = d, conf.type = "log-log")
  table <- summary(fit)$table
  list(data = one(name), survival = fit$surv, median = one(table["median"]), lower = one(table[8]),
    upper = one(table[9]))
}
put("followUp", lapply(c("lung", "veteran", "ties", "sameTime"), reverse))

# ---- log-rank

logrank <- function(name, by, rho = 0, strata = NULL) {
  d <- data[[name]]
  d <- d[complete.cases(d[, c(by, strata), drop = FALSE]), ]
  stratum <- if (is.null(strata)) rep(1, nrow(d)) else d[[strata]]
  by.values <- d[[by]]
  fit <- survdiff(Surv(time, event) ~ by.values + strata(stratum), data = d, rho = rho)
  list(data = one(name), by = one(by), strata = one(if (is.null(strata)) "" else strata),
    weights = one(if (rho == 0) "logRank" else "flemingHarrington"), rho = one(rho), gamma = one(0),
    groups = sort(unique(by.values)), patients = as.vector(fit$n),
    observed = rowSums(as.matrix(fit$obs)), expected = rowSums(as.matrix(fit$exp)), variance = as.vector(fit$var),
    chiSquare = one(fit$chisq), degreesOfFreedom = one(sum(rowSums(as.matrix(fit$exp)) > 0) - 1), p = one(fit$pvalue))
}
# Weights that survdiff lacks, from the definition. Trend: scores 1, 2, 3 ...
weighted <- function(name, by, weights, rho = 0, gamma = 0, strata = NULL) {
  d <- data[[name]]
  d$time <- as.matrix(aeqSurv(Surv(d$time, d$event)))[, 1]
  stratum <- if (is.null(strata)) rep(1, nrow(d)) else d[[strata]]
  groups <- sort(unique(d[[by]]))
  observed <- expected <- 0 * groups
  variance <- matrix(0, length(groups), length(groups))
  for (s in unique(stratum)) {
    e <- d[stratum == s, ]
    before <- 1
    for (t in sort(unique(e$time[e$event == 1]))) {
      size <- sapply(groups, function(g) sum(e[[by]] == g & e$time >= t))
      dead <- sapply(groups, function(g) sum(e[[by]] == g & e$time == t & e$event == 1))
      n <- sum(size)
      w <- switch(weights, logRank = 1, gehan = n, taroneWare = sqrt(n),
        flemingHarrington = before^rho * (1 - before)^gamma)
      observed <- observed + w * dead
      expected <- expected + w * sum(dead) * size / n
      if (n > 1) {
        variance <- variance + w^2 * sum(dead) * (n - sum(dead)) / (n - 1) * (diag(size / n) - outer(size, size) / n^2)
      }
      before <- before * (1 - sum(dead) / n)
    }
  }
  used <- which(expected > 0)[-1]
  chi <- sum((observed - expected)[used] * solve(variance[used, used, drop = FALSE], (observed - expected)[used]))
  score <- seq_along(groups)
  z <- sum(score * (observed - expected)) / sqrt(sum(score * (variance %*% score)))
  list(data = one(name), by = one(by), strata = one(if (is.null(strata)) "" else strata), weights = one(weights),
    rho = one(rho), gamma = one(gamma), groups = groups, patients = as.vector(table(d[[by]])), observed = observed,
    expected = expected, variance = as.vector(variance), chiSquare = one(chi), degreesOfFreedom = one(length(used)),
    p = one(pchisq(chi, length(used), lower.tail = FALSE)), trend = one(z), trendP = one(2 * pnorm(-abs(z))))
}
put("logRank", list(logrank("lung", "sex"), logrank("veteran", "cell"), logrank("veteran", "trt"),
  logrank("ties", "group"), logrank("ties", "site"), logrank("nearly", "group"), logrank("distant", "group"),
  logrank("spread", "group"), logrank("zeroTimes", "group"), logrank("sameTime", "group"),
  logrank("lastCensored", "group"), logrank("lastEvent", "group"), logrank("flatHalf", "group"),
  logrank("flatHalfToEnd", "group"), logrank("oneEvent", "group"), logrank("leavesEarly", "group"),
  logrank("veteran", "cell", 1), logrank("ties", "group", 0.5), logrank("lung", "sex", strata = "inst"),
  logrank("veteran", "trt", strata = "cell"), logrank("veteran", "trt", 1, "cell"), logrank("ties", "group", 1, "site"),
  weighted("veteran", "cell", "logRank"), weighted("spread", "group", "logRank"),
  weighted("veteran", "trt", "logRank", strata = "cell"), weighted("veteran", "cell", "gehan"),
  weighted("ties", "group", "gehan"), weighted("ties", "group", "gehan", strata = "site"),
  weighted("veteran", "cell", "taroneWare"), weighted("ties", "group", "taroneWare"),
  weighted("nearly", "group", "taroneWare"), weighted("veteran", "cell", "flemingHarrington", 0, 1),
  weighted("ties", "group", "flemingHarrington", 0.5, 2), weighted("spread", "group", "flemingHarrington", 1, 1)))

# Every pair of groups, on their patients alone; p values adjusted.
pairwise <- function(name, by, rho, strata = NULL) {
  d <- data[[name]]
  groups <- sort(unique(d[[by]]))
  tests <- list()
  for (j in seq_along(groups)) for (i in seq_len(j - 1)) {
    e <- d[d[[by]] %in% groups[c(i, j)], ]
    stratum <- if (is.null(strata)) rep(1, nrow(e)) else e[[strata]]
    fit <- survdiff(Surv(e$time, e$event) ~ e[[by]] + strata(stratum), rho = rho)
    tests <- c(tests, list(list(groups[i], groups[j], fit$chisq, fit$pvalue)))
  }
  p <- sapply(tests, `[[`, 4)
  list(data = one(name), by = one(by), rho = one(rho), strata = one(if (is.null(strata)) "" else strata),
    first = sapply(tests, `[[`, 1), second = sapply(tests, `[[`, 2), chiSquare = sapply(tests, `[[`, 3), p = p,
    holm = p.adjust(p, "holm"), bh = p.adjust(p, "BH"))
}
put("pairwise", list(pairwise("veteran", "cell", 0), pairwise("ties", "group", 1),
  pairwise("ties", "group", 0, "site"), pairwise("spread", "group", 0)))

# ---- concordance

agreement <- function(name, risk, by = NULL) {
  d <- data[[name]]
  d <- d[!is.na(d[[risk]]) & (if (is.null(by)) TRUE else !is.na(d[[by]])), ]
  stratum <- if (is.null(by)) rep(1, nrow(d)) else d[[by]]
  risk.values <- d[[risk]]
  fit <- concordance(Surv(time, event) ~ risk.values + strata(stratum), data = d, reverse = TRUE)
  count <- if (is.matrix(fit$count)) colSums(fit$count) else fit$count
  list(data = one(name), risk = one(risk), strata = one(if (is.null(by)) "" else by),
    concordance = one(fit$concordance), standardError = one(sqrt(fit$var)), concordant = one(count["concordant"]),
    discordant = one(count["discordant"]), tiedRisk = one(count["tied.x"]), tiedTime = one(count["tied.y"]),
    tiedBoth = one(count["tied.xy"]))
}
put("concordance", list(agreement("lung", "age"), agreement("lung", "karno"), agreement("lung", "age", "inst"),
  agreement("veteran", "karno"), agreement("veteran", "age", "cell"), agreement("ties", "x"), agreement("ties", "y"),
  agreement("ties", "x", "group"), agreement("ties", "z", "site"), agreement("nearly", "risk"),
  agreement("nearly", "risk", "group"), agreement("distant", "risk"), agreement("spread", "x"),
  agreement("zeroTimes", "risk"), agreement("zeroTimes", "risk", "group"), agreement("sameTime", "risk"),
  agreement("lastCensored", "risk"), agreement("lastEvent", "risk"), agreement("flatHalf", "risk"),
  agreement("oneEvent", "risk"), agreement("flatHalfCensored", "risk", "group")))

# ---- Uno's concordance, and the Brier score by its definition, of the prediction S(t) = exp(-t / scale)

uno <- function(name, risk, horizon) {
  d <- data[[name]]
  risk.values <- d[[risk]]
  fit <- concordance(Surv(time, event) ~ risk.values, data = d, reverse = TRUE, timewt = "n/G2",
    ymax = if (is.finite(horizon)) horizon else NULL)
  list(data = one(name), risk = one(risk), horizon = one(horizon), concordance = one(fit$concordance),
    standardError = one(sqrt(fit$var)))
}
put("uno", list(uno("lung", "age", Inf), uno("lung", "age", 400), uno("veteran", "karno", 200), uno("ties", "x", Inf),
  uno("ties", "x", 7), uno("ties", "z", 7), uno("smooth", "risk", Inf), uno("smooth", "risk", 12),
  uno("nearly", "risk", Inf), uno("sameTime", "risk", Inf), uno("zeroTimes", "risk", 3)))

brier <- function(name, times) {
  d <- data[[name]]
  y <- as.matrix(aeqSurv(Surv(d$time, d$event)))
  censored <- sort(unique(y[y[, 2] == 0, 1]))
  kept <- sapply(censored, function(t) {
    exposed <- sum(y[, 1] >= t) - sum(y[, 1] == t & y[, 2] == 1)
    1 - sum(y[, 1] == t & y[, 2] == 0) / exposed
  })
  at <- function(t) prod(kept[censored <= t])
  before <- function(t) prod(kept[censored < t])
  score <- sapply(times, function(t) {
    s <- exp(-t / d$scale)
    mean(sapply(seq_len(nrow(y)), function(i) {
      if (y[i, 1] > t) (1 - s[i])^2 / at(t) else if (y[i, 2] == 1) s[i]^2 / before(y[i, 1]) else 0
    }))
  })
  area <- sum(diff(times) * (head(score, -1) + tail(score, -1)) / 2)
  list(data = one(name), times = times, score = score, integrated = one(area / (max(times) - min(times))))
}
put("brier", list(brier("lung", c(0, 50, 100, 250, 500, 800)), brier("ties", c(0, 1, 2.5, 4, 7, 9.5)),
  brier("smooth", c(0.5, 2, 5, 9, 14))))

# Cumulative/dynamic AUC by its definition: every case against every control.
auc <- function(name, risk, times) {
  d <- data[[name]]
  y <- as.matrix(aeqSurv(Surv(d$time, d$event)))
  r <- d[[risk]]
  censored <- sort(unique(y[y[, 2] == 0, 1]))
  kept <- sapply(censored, function(t) {
    1 - sum(y[, 1] == t & y[, 2] == 0) / (sum(y[, 1] >= t) - sum(y[, 1] == t & y[, 2] == 1))
  })
  weight <- sapply(y[, 1], function(t) 1 / prod(kept[censored < t]))
  area <- sapply(times, function(t) {
    case <- which(y[, 1] <= t & y[, 2] == 1)
    control <- which(y[, 1] > t)
    win <- outer(r[case], r[control], function(a, b) (a > b) + (a == b) / 2)
    sum(weight[case] * win) / (sum(weight[case]) * length(control))
  })
  fit <- survfit(Surv(time, event) ~ 1, data = d)
  fall <- -diff(c(1, summary(fit, times = times)$surv))
  list(data = one(name), risk = one(risk), times = times, auc = area, mean = one(sum(area * fall) / sum(fall)))
}
put("auc", list(auc("lung", "age", c(50, 100, 250, 500, 800)), auc("ties", "x", c(0, 1, 2.5, 4, 7, 9.5)),
  auc("veteran", "karno", c(30, 300)), auc("smooth", "risk", c(0.5, 2, 5, 9, 14)), auc("ties", "y", 3)))

# ---- Cox

cox <- function(name, terms, ties = "efron", by = NULL, level = 0.95) {
  d <- data[[name]]
  d <- d[complete.cases(d[, c(terms, by)]), ]
  right <- c(terms, if (!is.null(by)) paste0("strata(", by, ")"))
  said <- character(0)
  fit <- withCallingHandlers(
    coxph(as.formula(paste("Surv(time, event) ~", paste(right, collapse = " + "))), data = d, ties = ties, x = TRUE),
    warning = function(w) { said <<- c(said, conditionMessage(w)); invokeRestart("muffleWarning") })
  s <- summary(fit, conf.int = level)
  # Breslow's baseline at a linear predictor of 0 on R's scale.
  steps <- list(time = numeric(0), hazard = numeric(0))
  if (is.null(by) && ties == "breslow") steps <- subset(basehaz(fit), diff(c(0, hazard)) > 0)
  list(data = one(name), covariates = terms, ties = one(ties), strata = one(if (is.null(by)) "" else by),
    level = one(level), coefficient = fit$coefficients, standardError = s$coefficients[, "se(coef)"],
    z = s$coefficients[, "z"], p = s$coefficients[, "Pr(>|z|)"], hazardRatio = s$conf.int[, 1],
    lower = s$conf.int[, 3], upper = s$conf.int[, 4], covariance = as.vector(fit$var), means = fit$means,
    linearPredictor = fit$linear.predictors, logLikelihood = fit$loglik, likelihoodRatio = s$logtest,
    wald = c(fit$wald.test, s$waldtest[2:3]), score = s$sctest, concordance = fit$concordance[c("concordance", "std")],
    iterations = one(fit$iter), warnings = as.character(said),
    baselineTime = steps$time, baselineHazard = steps$hazard)
}
clinical <- c("age", "sex", "ecog")
everything <- c("trt", "squamous", "small", "adeno", "karno", "diagtime", "age", "prior")
put("cox", list(cox("lung", clinical), cox("lung", clinical, "breslow"),
  cox("lung", c("age", "karno", "loss"), level = 0.9), cox("lung", "sex"), cox("veteran", everything),
  cox("veteran", everything, "breslow"),
  cox("veteran", c("trt", "karno", "age"), by = "cell"), cox("veteran", c("trt", "karno"), "breslow", by = "cell"),
  cox("ties", c("x", "y", "z")), cox("ties", c("x", "y", "z"), "breslow"), cox("ties", c("x", "z"), by = "group"),
  cox("ties", c("x", "y", "z"), by = "site"), cox("nearly", "x"), cox("nearly", "x", "breslow"), cox("distant", "x"),
  cox("spread", "x"), cox("zeroTimes", "x"), cox("sameTime", "x"), cox("sameTime", "x", "breslow"),
  cox("overshoot", "x"), cox("separated", c("x", "y"))))
