# Cox regression with Firth's penalty, for which Debian has no package, from its definition: the partial likelihood and
# information that survival's coxph.fit has at given coefficients (no iterations), half the logarithm of the determinant
# added, maximised with a gradient by differences of fourth order; limits of the profile by uniroot. Run in this folder:
# Rscript firth.R. Reads data.json, which oracle.R wrote; writes firth.json.
suppressMessages({
  library(survival)
  library(jsonlite)
})
sets <- fromJSON("data.json")$cases
sets$ovary <- with(ovarian, list(time = futime, event = fustat, age = age, resid = resid.ds, rx = rx, ps = ecog.ps))
# Nobody with marker = 1 has an event, so the ordinary likelihood grows for ever.
set.seed(11)
sets$marker <- local({
  n <- 45
  marker <- rep(c(0, 0, 1), n / 3)
  age <- round(rnorm(n, 60, 8))
  time <- ceiling(12 * rexp(n, exp(0.04 * (age - 60))))
  list(time = time, event = ifelse(marker == 1, 0, rbinom(n, 1, 0.7)), marker = marker, age = age)
})
firth <- function(name, terms, ties, strata = NULL, level = 0.95) {
  d <- as.data.frame(sets[[name]])
  d <- d[complete.cases(d[, c(terms, strata)]), ]
  raw <- as.matrix(d[, terms, drop = FALSE])
  spread <- apply(raw, 2, sd)
  x <- scale(raw, scale = spread)
  p <- ncol(x)
  y <- Surv(d$time, d$event)
  groups <- if (is.null(strata)) NULL else d[[strata]]
  at <- function(b) {
    fit <- coxph.fit(x, y, groups, NULL, b, coxph.control(iter.max = 0), NULL, ties, as.character(seq_len(nrow(x))),
      resid = FALSE)
    information <- solve(matrix(fit$var, p))
    list(plain = fit$loglik[1], information = information,
      value = fit$loglik[1] + 0.5 * as.numeric(determinant(information)$modulus))
  }
  value <- function(b) at(b)$value
  slope <- function(b, free) vapply(free, function(j) {
    e <- replace(numeric(p), j, 2e-3)
    (8 * (value(b + e) - value(b - e)) - (value(b + 2 * e) - value(b - 2 * e))) / (12 * 2e-3)
  }, 0)
  maximum <- function(b, fixed = NULL) {
    free <- setdiff(seq_len(p), fixed)
    if (length(free) == 0) return(list(b = b, value = value(b)))
    for (step in 1:300) {
      g <- slope(b, free)
      move <- solve(at(b)$information[free, free, drop = FALSE], g)
      move <- move * min(1, 1 / max(abs(move)))
      before <- value(b)
      share <- 1
      while (share > 1e-6 && value(replace(b, free, b[free] + share * move)) < before - 1e-11) share <- share / 2
      b[free] <- b[free] + share * move
      if (max(abs(move)) < 1e-10) break
    }
    list(b = b, value = value(b))
  }
  top <- maximum(numeric(p))
  end <- at(top$b)
  se <- sqrt(diag(solve(end$information)))
  limit <- function(j, side) {
    last <- top$b
    fall <- function(distance) {
      last[j] <<- top$b[j] + side * distance
      found <- maximum(last, j)
      last <<- found$b
      sqrt(max(0, 2 * (top$value - found$value))) - qnorm((1 + level) / 2)
    }
    far <- 2 * se[j]
    while (fall(far) < 0) far <- far * 2
    top$b[j] + side * uniroot(fall, c(1e-8, far), tol = 1e-11)$root
  }
  zero <- vapply(seq_len(p), function(j) maximum(replace(top$b, j, 0), j)$value, 0)
  loose <- function(v) as.vector(unname(v))
  units <- sum(log(spread))
  list(data = unbox(name), covariates = terms, ties = unbox(ties), strata = unbox(if (is.null(strata)) "" else strata),
    level = unbox(level), coefficient = loose(top$b / spread), standardError = loose(se / spread),
    lower = loose(vapply(seq_len(p), limit, 0, side = -1) / spread),
    upper = loose(vapply(seq_len(p), limit, 0, side = 1) / spread), chiSquare = loose(2 * (top$value - zero)),
    p = loose(pchisq(2 * (top$value - zero), 1, lower.tail = FALSE)), logLikelihood = unbox(end$plain),
    penalised = unbox(top$value + units), null = unbox(value(numeric(p)) + units),
    likelihoodRatio = unbox(2 * (top$value - value(numeric(p)))),
    wald = unbox(as.numeric(t(top$b) %*% end$information %*% top$b)))
}
cases <- list(firth("ovary", c("age", "resid", "rx", "ps"), "breslow"), firth("ovary", "rx", "efron", level = 0.9),
  firth("marker", c("marker", "age"), "breslow"), firth("marker", c("marker", "age"), "efron"),
  firth("separated", c("x", "y"), "efron"), firth("ties", c("x", "z"), "efron", "group"),
  firth("ties", c("x", "z"), "breslow"), firth("zeroTimes", "x", "efron"))
writeLines(toJSON(list(versions = list(R = unbox(as.character(getRversion())),
  survival = unbox(as.character(packageVersion("survival")))),
  cases = list(fits = cases, data = sets[c("ovary", "marker")])), digits = I(15)), "firth.json")
