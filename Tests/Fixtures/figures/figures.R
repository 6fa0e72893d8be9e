# What R says of the numbers that figures draw: box plots, histograms, trees, correlations.
#
#     Rscript figures.R > figures.json
#
# Written with R 4.2.2, survival 3.5-3 (its data), jsonlite.
suppressMessages({library(survival); library(jsonlite)})
options(digits = 17)
set.seed(7)
box <- function(x) {
    q <- quantile(x, c(.25, .5, .75), names = FALSE)
    reach <- 1.5 * (q[3] - q[1])
    inside <- x[x >= q[1] - reach & x <= q[3] + reach]
    # As ggplot2's stat_boxplot.
    list(values = x, count = length(x), lower_quartile = q[1], median = q[2], upper_quartile = q[3],
         lower_whisker = min(c(inside, q[1])), upper_whisker = max(c(inside, q[3])),
         outliers = I(sort(x[x < q[1] - reach | x > q[3] + reach])))
}
histogram <- function(x, breaks) {
    h <- hist(x, breaks = breaks, right = FALSE, plot = FALSE)
    list(values = x, count = if (is.numeric(breaks)) breaks else NA, edges = h$breaks, counts = h$counts)
}
tree <- function(m, method) {
    h <- hclust(dist(m), method = method)
    list(linkage = sub("ward.D2", "ward", method), rows = m, merge = h$merge, height = I(h$height), order = h$order)
}
lung <- na.omit(lung)
samples <- list(lung$age, lung$meal.cal, lung$wt.loss, pbc$bili, c(1, 1, 1, 1, 50), c(2, 3), 4, c(-5, -1, 0, 0, 0, 3, 1e6),
                round(rnorm(200), 1), rexp(57))
matrices <- list(matrix(rnorm(60), 12), matrix(round(rnorm(80)), 20), scale(as.matrix(lung[1:40, 4:9])),
                 matrix(c(1, 2, 4, 8, 16, 32), 6), matrix(rexp(300), 50))
cat(toJSON(list(
    version = R.version.string,
    boxes = lapply(samples, box),
    histograms = c(lapply(samples[c(1:4, 9, 10)], histogram, breaks = "FD"),
                   do.call(c, lapply(c(1, 5, 12, 30), function(n) lapply(samples[c(1, 3, 4, 9, 10)], histogram, breaks = n)))),
    trees = do.call(c, lapply(c("average", "complete", "ward.D2"), function(m) lapply(matrices, tree, method = m))),
    correlations = list(list(x = lung$age, y = lung$meal.cal, pearson = cor(lung$age, lung$meal.cal),
                             spearman = cor(lung$age, lung$meal.cal, method = "spearman")),
                        list(x = lung$ph.karno, y = lung$pat.karno, pearson = cor(lung$ph.karno, lung$pat.karno),
                             spearman = cor(lung$ph.karno, lung$pat.karno, method = "spearman")))
), auto_unbox = TRUE, digits = NA, na = "null"))
