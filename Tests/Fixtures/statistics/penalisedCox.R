# What R makes of Cox regressions with elastic-net penalties: glmnet (Breslow), cv.glmnet with given folds, and survival's
# ridge() for Efron's rule and strata (glmnet's own stratified fits do not converge, whatever epsnr and mxitnr). Run in this folder: Rscript penalisedCox.R. Reads data.json, which
# oracle.R wrote; writes penalisedCox.json.
#
# glmnet's conventions as found in 4.1-6: it minimises -loglik/n + lambda (alpha |b|_1 + (1 - alpha)/2 |b|^2), although
# its manual has 2/n; standard deviations have denominator n; penalty.factor is rescaled to a mean of 1; coefficients are
# on the original scale; Breslow ties; nearly equal times are not merged and a time of 0 is refused. To keep those at risk
# who are censored at the time of an event it adds 100 epsilon to their times, which is lost beside times above 100, so
# that some are not; here censored times are 1e-7 later. dev.ratio is of 2 (saturated - loglik). A path ends when over 5
# penalties the ratio grew by less than a thousandth of itself. The first ridge penalty is recorded as lambda but fitted as
# infinity, so it is not kept here; with unpenalised columns the path begins as if they had not been fitted. The lasso with more columns than patients takes minutes
# at a tight threshold, so those paths end at a looser one and are compared as far as that holds ("tolerance").
suppressMessages({
  library(survival)
  library(glmnet)
  library(jsonlite)
})
sets <- fromJSON("data.json")$cases
# glmnet takes no time of 0.
sets$heavy <- sets$ties
sets$heavy$time <- sets$heavy$time + 1
set.seed(7)
# More columns than patients: three blocks of correlated columns, some of which matter.
genes <- local({
  n <- 70; p <- 150
  factors <- matrix(rnorm(n * 5), n)
  x <- round(0.7 * factors[, rep(1:5, length.out = p)] + matrix(rnorm(n * p), n), 2)
  x <- round(sweep(x, 2, rep(c(1, 3, 0.5), length.out = p), "*"), 3)
  eta <- x[, 1] * 0.8 - 0.3 * x[, 2] + 0.5 * factors[, 3]
  time <- ceiling(10 * rexp(n, exp(eta)) + 1) / 4
  censor <- ceiling(40 * runif(n)) / 4
  colnames(x) <- paste0("g", 1:p)
  list(time = pmin(time, censor), event = as.integer(time <= censor), x = x)
})
# Columns that repeat each other, one that never varies, and one that separates the events.
odd <- local({
  n <- 40
  a <- round(rnorm(n), 2); b <- round(rnorm(n), 2)
  time <- 1:n + rep(c(0, 0.5), n / 2)
  event <- rep(c(1, 1, 0, 1), n / 4)
  x <- cbind(a = a, copy = a, b = b, sum = a + b, constant = 1, separating = -time)
  list(time = time, event = event, x = x)
})
later <- function(time, event) Surv(time + 1e-7 * (1 - event), event)
frame <- function(name, terms, strata = NULL) {
  if (name == "genes") return(list(y = later(genes$time, genes$event), x = genes$x))
  if (name == "odd") return(list(y = later(odd$time, odd$event), x = odd$x))
  d <- as.data.frame(sets[[name]])
  d <- d[complete.cases(d[, c(terms, strata)]), ]
  y <- later(d$time, d$event)
  list(y = y, x = as.matrix(d[, terms]), d = d)
}
loose <- function(x) as.vector(unname(as.matrix(x)))
path <- function(name, terms = NULL, alpha = 1, standardize = TRUE, free = NULL, lambda = NULL, keep = NULL,
                 thresh = 1e-14, tolerance = 2e-6) {
  f <- frame(name, terms)
  factor <- as.numeric(!(seq_len(ncol(f$x)) %in% free))
  fit <- glmnet(f$x, f$y, family = "cox", alpha = alpha, standardize = standardize, penalty.factor = factor,
    lambda = lambda, thresh = thresh, maxit = 1e7)
  keep <- if (is.null(keep)) unique(round(seq(1, length(fit$lambda), length.out = 5))) else keep
  if (alpha == 0 && is.null(lambda)) keep <- keep[-1]
  list(data = unbox(name), covariates = if (is.null(terms)) character() else terms, alpha = unbox(alpha),
    standardize = unbox(standardize),
    free = if (is.null(free)) integer() else free - 1L, isAutomatic = unbox(is.null(lambda)),
    lambdas = fit$lambda * ncol(f$x) / sum(factor), devianceRatio = fit$dev.ratio, kept = keep - 1L, tolerance = unbox(tolerance),
    coefficients = lapply(keep, function(k) loose(fit$beta[, k])))
}
validated <- function(name, terms = NULL, alpha = 1, folds = 5, lambda, seed = 1) {
  f <- frame(name, terms)
  set.seed(seed)
  foldid <- sample(rep(seq_len(folds), length.out = nrow(f$x)))
  fit <- cv.glmnet(f$x, f$y, family = "cox", alpha = alpha, foldid = foldid, lambda = lambda, thresh = 1e-14,
    maxit = 1e7, type.measure = "deviance", grouped = TRUE)
  list(data = unbox(name), covariates = if (is.null(terms)) character() else terms, alpha = unbox(alpha), folds = foldid,
    lambdas = fit$lambda, mean = fit$cvm, standardError = fit$cvsd, minimum = unbox(fit$lambda.min),
    oneStandardError = unbox(fit$lambda.1se))
}
shrunk <- function(name, terms, lambda, ties, strata = NULL) {
  f <- frame(name, terms)
  d <- f$d
  if (!is.null(strata)) {
    f <- frame(name, c(terms, strata))
    d <- f$d
  }
  d$x <- as.matrix(d[, terms])
  d$s <- if (is.null(strata)) 1 else d[[strata]]
  theta <- lambda * nrow(d)
  fit <- coxph(Surv(time, event) ~ ridge(x, theta = theta, scale = FALSE) + strata(s), data = d, ties = ties,
    control = coxph.control(eps = 1e-14, iter.max = 100))
  list(data = unbox(name), covariates = terms, lambda = unbox(lambda), ties = unbox(ties),
    strata = unbox(if (is.null(strata)) "" else strata), coefficients = loose(coef(fit)))
}
lung <- c("age", "sex", "ecog", "karno")
down <- function(from, to, count) exp(seq(log(from), log(to), length.out = count))
cases <- list(
  paths = list(path("lung", lung), path("lung", lung, alpha = 0.5), path("lung", lung, alpha = 0),
    path("lung", lung, alpha = 0.5, standardize = FALSE),
    path("veteran", c("trt", "karno", "diagtime", "age", "prior"), alpha = 1, free = c(1L, 4L),
      lambda = c(0.1, 0.01), keep = 1:2),
    path("heavy", c("x", "y", "z"), alpha = 0.9), path("spread", c("x", "group")),
    path("genes", lambda = down(0.5, 0.06, 5), keep = c(2, 5)), path("genes", thresh = 1e-12, tolerance = 2e-3), path("genes", alpha = 0.5, tolerance = 2e-5), path("genes", alpha = 0.05, tolerance = 5e-6), path("genes", alpha = 0),
    path("genes", alpha = 0, standardize = FALSE), path("genes", standardize = FALSE, thresh = 1e-12, tolerance = 2e-3),
    path("genes", alpha = 0, free = c(1L, 5L), lambda = c(1, 0.1), keep = 1:2),
    path("genes", alpha = 0.7, free = c(1L, 5L), lambda = c(0.2, 0.1), keep = 1:2),
    path("odd", alpha = 0.5, lambda = c(0.1, 0.01), keep = 1:2),
    path("odd", alpha = 0, lambda = c(0.1, 0.01), keep = 1:2),
    path("odd", lambda = c(0.2, 0.05), keep = 1:2)),
  validated = list(validated("lung", lung, lambda = down(0.2, 0.002, 12)),
    validated("lung", lung, alpha = 0, folds = 3, lambda = down(1, 0.01, 8)),
    validated("heavy", c("x", "y", "z"), alpha = 0.5, folds = 10, lambda = down(0.1, 0.001, 6)),
    validated("genes", lambda = down(0.5, 0.1, 20)), validated("genes", alpha = 0, lambda = down(20, 1, 12))),
  ridge = list(shrunk("lung", lung, 0.02, "efron"), shrunk("lung", lung, 0.02, "breslow"),
    shrunk("heavy", c("x", "y", "z"), 0.1, "efron"), shrunk("heavy", c("x", "y", "z"), 0.1, "breslow"),
    shrunk("heavy", c("x", "z"), 0.1, "breslow", "site"),
    shrunk("veteran", c("trt", "karno", "age"), 0.3, "efron", "cell")),
  genes = list(time = genes$time, event = genes$event, x = lapply(seq_len(ncol(genes$x)), function(j) genes$x[, j])),
  odd = list(time = odd$time, event = odd$event, x = lapply(seq_len(ncol(odd$x)), function(j) unname(odd$x[, j]))))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  glmnet = unbox(as.character(packageVersion("glmnet"))), survival = unbox(as.character(packageVersion("survival")))),
  cases = cases), digits = I(15)), "penalisedCox.json")
