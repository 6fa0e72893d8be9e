# What R makes of paired comparisons, bootstrap intervals, Antolini's concordance, calibration, cut points and tables of
# patients, with the data that oracle.R wrote. Run in this folder: Rscript uncertainty.R
# Writes paired.json, bootstrap.json, antolini.json, calibration.json, cutpoint.json and description.json.
suppressMessages({
  library(survival)
  library(jsonlite)
  library(boot)
  library(maxstat)
  library(rms)
})
sets <- fromJSON("data.json")$cases
frame <- function(name) as.data.frame(sets[[name]])
versions <- list(R = unbox(as.character(getRversion())))
for (package in c("survival", "boot", "maxstat", "rms")) {
  versions[[package]] <- unbox(as.character(packageVersion(package)))
}
put <- function(name, cases) {
  writeLines(toJSON(list(versions = versions, cases = cases), digits = I(17), na = "null", null = "null"),
    paste0(name, ".json"))
}
loose <- function(x) as.vector(unname(x))

# ---- paired comparisons: concordances of two risks of the same patients, with their covariance

paired <- function(name, first, second, fold = NULL, weight = "n", horizon = NULL) {
  d <- frame(name)
  d <- d[complete.cases(d[, c(first, second)]), ]
  d$fold <- if (is.null(fold)) 1 else fold(nrow(d))
  parts <- lapply(sort(unique(d$fold)), function(k) {
    part <- d[d$fold == k, ]
    one <- function(risk) {
      part$x <- part[[risk]]
      concordance(Surv(time, event) ~ x, data = part, reverse = TRUE, influence = 1, timewt = weight,
        ymax = horizon)
    }
    a <- one(first)
    b <- one(second)
    v <- crossprod(cbind(a$dfbeta, b$dfbeta))
    list(a = a$concordance, b = b$concordance, v = v[1, 1] + v[2, 2] - 2 * v[1, 2], va = v[1, 1], vb = v[2, 2],
      dfbeta = loose(a$dfbeta))
  })
  get <- function(what) vapply(parts, function(p) p[[what]], 0)
  difference <- mean(get("a") - get("b"))
  error <- sqrt(sum(get("v"))) / length(parts)
  list(data = unbox(name), first = unbox(first), second = unbox(second), fold = loose(d$fold),
    uno = unbox(weight == "n/G2"), horizon = unbox(if (is.null(horizon)) NA_real_ else horizon),
    folds = get("a") - get("b"), foldErrors = sqrt(get("v")), difference = unbox(difference),
    standardError = unbox(error), firstError = unbox(sqrt(sum(get("va"))) / length(parts)),
    lower = unbox(difference - qnorm(0.975) * error), upper = unbox(difference + qnorm(0.975) * error),
    p = unbox(2 * pnorm(-abs(difference / error))), influence = parts[[1]]$dfbeta)
}
thirds <- function(n) rep(1:3, length.out = n)
# The same from two fits, whose covariance R's concordance gives itself.
d <- frame("veteran")
fits <- concordance(coxph(Surv(time, event) ~ karno, d), coxph(Surv(time, event) ~ age, d))
put("paired", list(
  cases = list(paired("lung", "age", "sex"), paired("lung", "age", "ecog", thirds),
    paired("veteran", "karno", "age"), paired("veteran", "diagtime", "age", thirds),
    paired("ties", "x", "z"), paired("ties", "x", "y", thirds),
    paired("veteran", "diagtime", "age", NULL, "n/G2", 300), paired("lung", "age", "sex", thirds, "n/G2")),
  fits = list(concordance = loose(fits$concordance), covariance = loose(fits$var),
    sign = loose(sign(coef(coxph(Surv(time, event) ~ karno, d)))), second = unbox(
      loose(sign(coef(coxph(Surv(time, event) ~ age, d))))))))

# ---- bootstrap: statistics of given resamples, and intervals from them

set.seed(20261124)
resampled <- function(name, statistic, columns, value, rows, resamples, strata = NULL, level = 0.95) {
  d <- frame(name)[rows, ]
  groups <- if (is.null(strata)) rep(1, nrow(d)) else d[[strata]]
  b <- boot(d, function(d, i) value(d[i, ]), R = resamples, strata = groups)
  indices <- boot.array(b, indices = TRUE)
  # Influences by leaving each out, centred within strata.
  left <- vapply(seq_len(nrow(d)), function(i) value(d[-i, ]), 0)
  influence <- ave(left, groups) - left
  usable <- all(is.finite(b$t)) && any(influence != 0)
  ci <- boot.ci(b, conf = level, type = if (usable) c("perc", "bca") else "perc", L = influence)
  a <- sum(influence^3) / (6 * sum(influence^2)^1.5)
  list(data = unbox(name), statistic = unbox(statistic), columns = columns, rows = rows - 1,
    strata = unbox(if (is.null(strata)) "" else strata), level = unbox(level), estimate = unbox(b$t0),
    resampled = loose(b$t), indices = apply(indices[1:20, ] - 1, 1, identity, simplify = FALSE),
    influence = influence,
    percentile = loose(ci$percent[4:5]), bca = if (usable) loose(ci$bca[4:5]) else NULL,
    acceleration = unbox(a), biasCorrection = unbox(qnorm(mean(b$t < b$t0))), bias = unbox(mean(b$t) - b$t0),
    standardError = unbox(sd(b$t)))
}
harrell <- function(x) function(d) {
  d$x <- d[[x]]
  unname(concordance(Surv(time, event) ~ x, data = d, reverse = TRUE)$concordance)
}
within <- function(x) function(d) {
  d$x <- d[[x]]
  unname(concordance(Surv(time, event) ~ x + strata(fold), data = d, reverse = TRUE)$concordance[1])
}
uno <- function(x, horizon) function(d) {
  d$x <- d[[x]]
  unname(concordance(Surv(time, event) ~ x, data = d, reverse = TRUE, timewt = "n/G2", ymax = horizon)$concordance)
}
median.time <- function(d) unname(summary(survfit(Surv(time, event) ~ 1, data = d))$table["median"])
restricted <- function(horizon) function(d) {
  unname(summary(survfit(Surv(time, event) ~ 1, data = d), rmean = horizon)$table["rmean"])
}
alive <- function(horizon) function(d) summary(survfit(Surv(time, event) ~ 1, data = d), times = horizon)$surv
put("bootstrap", list(
  resampled("lung", "cindex", "age", harrell("age"), 1:60, 499),
  resampled("veteran", "cindex", "karno", harrell("karno"), 1:137, 999, level = 0.9),
  resampled("ties", "cindex", "x", harrell("x"), 1:80, 499, strata = "group"),
  resampled("veteran", "uno", "age", uno("age", 200), 1:90, 499),
  resampled("veteran", "median", character(0), median.time, 1:70, 499),
  resampled("lung", "rmst", character(0), restricted(300), 1:90, 499),
  resampled("lung", "survival", character(0), alive(300), 1:90, 199, level = 0.8)))

# ---- Antolini's concordance, from its definition, pair by pair

antolini <- function(name, rows, survival, grid, horizon = Inf, strata = NULL) {
  d <- frame(name)[rows, ]
  s <- survival(d, grid)
  groups <- if (is.null(strata)) rep(1, nrow(d)) else d[[strata]]
  n <- nrow(d)
  read <- function(i, t) approx(grid, s[i, ], t)$y
  sign <- matrix(0, n, n)
  comparable <- matrix(FALSE, n, n)
  for (i in which(d$event == 1 & d$time <= horizon)) {
    own <- read(i, d$time[i])
    for (j in seq_len(n)) {
      if (groups[i] == groups[j] && (d$time[j] > d$time[i] || (d$time[j] == d$time[i] && d$event[j] == 0))) {
        comparable[i, j] <- TRUE
        other <- read(j, d$time[i])
        sign[i, j] <- if (abs(own - other) < 1e-13) 0 else if (own < other) 1 else -1
      }
    }
  }
  pairs <- sum(comparable)
  somers <- sum(sign) / pairs
  influence <- (rowSums(sign) + colSums(sign) - somers * (rowSums(comparable) + colSums(comparable))) / pairs / 2
  list(data = unbox(name), rows = rows - 1, grid = grid, survival = lapply(seq_len(n), function(i) s[i, ]),
    horizon = unbox(if (is.finite(horizon)) horizon else NA_real_), strata = unbox(if (is.null(strata)) "" else strata),
    concordance = unbox((somers + 1) / 2), standardError = unbox(sqrt(sum(influence^2))), influence = influence,
    concordant = unbox(sum(sign == 1)), discordant = unbox(sum(sign == -1)),
    tied = unbox(sum(comparable & sign == 0)))
}
# Weibull curves of different shapes, which cross.
crossing <- function(x, y, scale) function(d, grid) {
  outer(seq_len(nrow(d)), grid, function(i, t) round(exp(-(t / scale)^(0.5 + abs(d[[x]][i])) * exp(d[[y]][i] / 2)), 4))
}
d <- frame("ties")
put("antolini", list(
  antolini("ties", 1:90, crossing("x", "y", 6), c(0, 1, 2.5, 4, 8, 12)),
  antolini("ties", 1:90, crossing("x", "y", 6), c(0, 0.5, 4, 8, 12), horizon = 6),
  antolini("ties", 1:120, crossing("x", "y", 6), 0:12, strata = "group"),
  antolini("ties", 1:60, function(d, grid) outer(d$y, grid, function(y, t) exp(-t * (1 + y) / 10)), c(0, 6, 12)),
  antolini("smooth", 1:100, function(d, grid) {
    outer(seq_len(nrow(d)), grid, function(i, t) exp(-(t / 8)^(0.4 + abs(d$risk[i]) %% 1)))
  }, c(0, 1, 3, 5, 10, 15, 30))))

# ---- calibration

calibrated <- function(name, survival, horizon, groups, level = 0.95) {
  d <- frame(name)
  d$s <- survival(d)
  n <- nrow(d)
  d$group <- floor((rank(round(1 - d$s, 14), ties.method = "min") - 1) * groups / n)
  at <- function(part) {
    fit <- survfit(Surv(time, event) ~ 1, data = part, conf.type = "log-log", conf.int = level)
    known <- horizon <= max(part$time) || min(fit$surv) == 0
    s <- summary(fit, times = horizon, extend = TRUE)
    c(n = nrow(part), events = sum(part$event == 1 & part$time <= horizon), predicted = mean(part$s),
      observed = if (known) s$surv else NA, lower = if (known) s$lower else NA, upper = if (known) s$upper else NA)
  }
  groups.table <- do.call(rbind, lapply(split(d, d$group), at))
  x <- log(-log(d$s))
  knots <- quantile(x, c(0.1, 0.5, 0.9))
  spline <- coxph(Surv(d$time, d$event) ~ rcs(x, knots), ties = "breslow",
    control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  base <- basehaz(spline, centered = TRUE)
  h0 <- c(0, base$hazard)[1 + sum(base$time <= horizon)]
  observed <- 1 - exp(-h0 * exp(spline$linear.predictors))
  gap <- abs(observed - (1 - d$s))
  line <- coxph(Surv(d$time, d$event) ~ x, control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  list(data = unbox(name), survival = d$s, horizon = unbox(horizon), groups = unbox(groups), level = unbox(level),
    patients = loose(groups.table[, "n"]), events = loose(groups.table[, "events"]),
    predicted = loose(groups.table[, "predicted"]), observed = loose(groups.table[, "observed"]),
    lower = loose(groups.table[, "lower"]), upper = loose(groups.table[, "upper"]),
    curve = observed, index = unbox(mean(gap)), median = unbox(median(gap)), ninetieth = unbox(loose(quantile(gap, 0.9))),
    largest = unbox(max(gap)), slope = unbox(loose(coef(line))), slopeError = unbox(sqrt(vcov(line)[1, 1])),
    observedToExpected = unbox((1 - summary(survfit(Surv(d$time, d$event) ~ 1), times = horizon)$surv) / mean(1 - d$s)))
}
put("calibration", list(
  calibrated("smooth", function(d) 1 / (1 + exp(d$risk)), 6, 10),
  calibrated("smooth", function(d) round(1 / (1 + 0.3 * exp(pmin(d$risk, 2))), 2), 2, 4, 0.9),
  calibrated("lung", function(d) exp(-0.3 - d$age / 100), 250, 5),
  calibrated("ties", function(d) 1 / (1 + exp(d$x - 1)), 4, 10)))

# ---- cut points; with tied times maxstat's own scores are another convention, so the martingale residuals are given

cut <- function(name, x, share = 0.1, scored = FALSE) {
  d <- frame(name)
  d <- d[!is.na(d[[x]]), ]
  d$x <- d[[x]]
  d$score <- residuals(coxph(Surv(time, event) ~ 1, data = d, ties = "breslow"))
  run <- function(method) {
    if (scored) {
      maxstat.test(score ~ x, data = d, smethod = "Data", pmethod = method, minprop = share, maxprop = 1 - share)
    } else {
      maxstat.test(Surv(time, event) ~ x, data = d, smethod = "LogRank", pmethod = method, minprop = share,
        maxprop = 1 - share)
    }
  }
  test <- run("Lau94")
  list(data = unbox(name), column = unbox(x), share = unbox(share), cut = unbox(loose(test$estimate)),
    statistic = unbox(loose(test$statistic)), statistics = loose(test$stats), cuts = loose(test$cuts),
    lau94 = unbox(min(loose(test$p.value), 1)), lau92 = unbox(min(loose(run("Lau92")$p.value), 1)),
    permutation = unbox(loose(maxstat.test(score ~ x, data = d, smethod = "Data", pmethod = "condMC", minprop = share,
      maxprop = 1 - share, B = 200000)$p.value)))
}
put("cutpoint", list(cut("smooth", "risk"), cut("smooth", "scale", 0.25), cut("lung", "age", scored = TRUE),
  cut("veteran", "karno", 0.1, TRUE), cut("lung", "karno", 0.1, TRUE), cut("ties", "x", 0.2, TRUE), cut("ties", "z", 0.05, TRUE)))

# ---- tables of patients

described <- function(name, column, by) {
  d <- frame(name)
  d <- d[!is.na(d[[column]]), ]
  x <- d[[column]]
  g <- d[[by]]
  kruskal <- kruskal.test(x, g)
  welch <- oneway.test(x ~ g)
  parts <- split(x, g)
  two <- length(parts) == 2
  list(data = unbox(name), column = unbox(column), by = unbox(by),
    kruskal = c(loose(kruskal$statistic), kruskal$p.value), welch = c(loose(welch$statistic), welch$p.value),
    standardized = unbox(if (two) (mean(parts[[2]]) - mean(parts[[1]])) / sqrt((var(parts[[1]]) + var(parts[[2]])) / 2)
      else NA_real_),
    quartiles = lapply(parts, function(p) loose(quantile(p, c(0.25, 0.5, 0.75)))))
}
counted <- function(table) {
  chi <- suppressWarnings(chisq.test(table, correct = FALSE))
  exact <- min(chi$expected) < 5 && all(dim(table) == 2)
  p <- table / rowSums(table)
  distance <- NA_real_
  if (nrow(table) == 2) {
    s <- lapply(1:2, function(g) diag(p[g, -1], ncol(p) - 1) - outer(p[g, -1], p[g, -1]))
    difference <- p[2, -1] - p[1, -1]
    distance <- sqrt(drop(difference %*% solve((s[[1]] + s[[2]]) / 2) %*% difference))
  }
  list(table = lapply(seq_len(nrow(table)), function(i) table[i, ]), exact = unbox(exact),
    statistic = unbox(if (exact) NA_real_ else loose(chi$statistic)),
    p = unbox(if (exact) fisher.test(table)$p.value else chi$p.value), standardized = unbox(distance))
}
put("description", list(
  numbers = list(described("lung", "age", "sex"), described("lung", "loss", "sex"),
    described("veteran", "karno", "trt"), described("veteran", "diagtime", "cell"), described("ties", "x", "group")),
  counts = list(counted(matrix(c(12, 5, 7, 9), 2)), counted(matrix(c(3, 1, 2, 9), 2)),
    counted(matrix(c(4, 5, 15, 14), 2)),
    counted(matrix(c(0, 6, 5, 2), 2)), counted(matrix(c(40, 33, 21, 25, 9, 18), 2)),
    counted(matrix(c(400, 330, 2, 9), 2)), counted(matrix(c(1, 12, 30, 4, 50, 6), 3)))))
