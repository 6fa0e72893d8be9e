# Correlations and contingency tables by base R, for the verbs on tables. Run in this folder:
#   Rscript tables.R
# The data of the tests are in tables.csv, which this script writes too.
library(jsonlite)

set.seed(11)
n <- 120
data <- data.frame(
  id = sprintf("p%03d", 1:n),
  age = round(rnorm(n, 60, 10), 4),                       # no equal values
  size = sample(1:9, n, TRUE),                            # many equal values
  marker = exp(rnorm(n)),
  grade = sample(c("low", "middle", "high"), n, TRUE, c(0.5, 0.3, 0.2)),
  site = sample(c("a", "b", "c", "d"), n, TRUE),
  er = sample(c("negative", "positive"), n, TRUE, c(0.3, 0.7)),
  time = rexp(n), event = rbinom(n, 1, 0.6))
data$risk <- 0.05 * data$age - 0.3 * data$marker + rnorm(n)
data$marker[c(3, 17, 50)] <- NA
data$grade[c(5, 17, 80, 81)] <- NA
data$er[7] <- NA
write.csv(data, "tables.csv", row.names = FALSE, quote = FALSE)

# cor.test gives an interval for Pearson's only; the others are Bonett & Wright's.
correlation <- function(x, y, method) {
  known <- is.finite(x) & is.finite(y)
  x <- x[known]; y <- y[known]; k <- length(x)
  test <- suppressWarnings(cor.test(x, y, method = method))
  r <- unname(test$estimate)
  s <- switch(method, pearson = sqrt(1 / (k - 3)), spearman = sqrt((1 + r^2 / 2) / (k - 3)), kendall = sqrt(0.437 / (k - 4)))
  half <- qnorm(0.975) * s
  p <- test$p.value
  # With ties cor.test compares 1 - 6 (S - 1) / (n^3 - n) with t where rho is negative, and rho itself where it is not.
  ties <- length(unique(x)) < k || length(unique(y)) < k
  if (method == "spearman" && (ties || k >= 1290)) p <- 2 * pt(-abs(r) * sqrt((k - 2) / (1 - r^2)), k - 2)
  list(rows = k, left_out = sum(!known), estimate = r, lower = tanh(atanh(r) - half), upper = tanh(atanh(r) + half), p = p)
}
pairs <- list(c("age", "size"), c("age", "marker"), c("size", "marker"), c("age", "risk"), c("marker", "risk"))
correlations <- list()
for (rows in c(120, 40, 12, 8)) for (pair in pairs) for (method in c("pearson", "spearman", "kendall")) {
  part <- data[1:rows, ]
  correlations[[length(correlations) + 1]] <- c(
    list(rows_taken = rows, x = pair[1], y = pair[2], method = method),
    correlation(part[[pair[1]]], part[[pair[2]]], method))
}
# Pearson's interval is that of cor.test.
stopifnot(all.equal(
  as.vector(cor.test(data$age, data$size)$conf.int), c(correlations[[1]]$lower, correlations[[1]]$upper)))

# The conditional estimate and the exact interval, from the noncentral hypergeometric distribution itself.
odds_ratio <- function(counts) {
  a <- counts[1, 1]; m <- sum(counts[, 1]); n <- sum(counts[, 2]); k <- sum(counts[1, ])
  x <- max(0, k - n):min(k, m)
  density <- function(log_odds) {
    d <- dhyper(x, m, n, k, log = TRUE) + log_odds * x
    d <- exp(d - max(d)); d / sum(d)
  }
  search <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-13)$root)
  list(
    odds_ratio = search(function(t) sum(x * density(t)) - a),
    lower = search(function(t) sum(density(t)[x >= a]) - 0.025),
    upper = search(function(t) sum(density(t)[x <= a]) - 0.025))
}

contingency <- function(counts) {
  plain <- suppressWarnings(chisq.test(counts, correct = FALSE))
  out <- list(
    counts = unname(counts), chi_square = unname(plain$statistic), df = unname(plain$parameter), p = plain$p.value,
    expected = unname(plain$expected),
    exact_p = fisher.test(counts, workspace = 2e8)$p.value)
  if (all(dim(counts) == 2)) {
    yates <- suppressWarnings(chisq.test(counts, correct = TRUE))
    ratio <- odds_ratio(counts)
    # fisher.test searches for these to 1.2e-4 of a scale of its own; here they are searched for to the end.
    exact <- fisher.test(counts)
    stopifnot(all.equal(
      c(unname(exact$estimate), as.vector(exact$conf.int)), unlist(ratio, use.names = FALSE), tolerance = 0.02))
    out <- c(out, list(corrected = unname(yates$statistic), corrected_p = yates$p.value), ratio)
  }
  out
}
tables <- lapply(list(
  table(data$er, data$grade), table(data$site, data$grade), table(data$er, data$site),
  matrix(c(3, 1, 2, 8), 2), matrix(c(12, 5, 7, 9), 2), matrix(c(30, 20, 25, 41), 2), matrix(c(1, 9, 11, 3), 2),
  matrix(c(500, 480, 520, 530), 2),
  matrix(c(2, 3, 1, 0, 4, 1, 6, 0, 2), 3), matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4),
  matrix(c(2, 0, 1, 2, 6, 1, 3, 1, 1, 0, 1, 2, 5, 2, 0, 4, 3, 1, 2, 0), 5),
  matrix(c(10, 10, 10, 10, 10, 10), 2), matrix(c(20, 31, 14, 25, 18, 22, 9, 30, 17), 3)),
  function(counts) contingency(matrix(as.integer(counts), nrow(counts))))

summaries <- lapply(split(data, factor(data$er, exclude = NULL)), function(part) {
  x <- part$marker[!is.na(part$marker)]
  list(known = length(x), missing = sum(is.na(part$marker)), mean = mean(x), sd = sd(x), quantiles = unname(quantile(x, c(0, 0.25, 0.5, 0.75, 1))))
})
names(summaries)[is.na(names(summaries))] <- "missing"

write_json(
  list(
    R = R.version.string, correlations = correlations, tables = tables, summaries = summaries,
    counts = as.list(table(data$grade, useNA = "always"))),
  "tables.json", auto_unbox = TRUE, digits = NA, null = "null", na = "null")
