import Foundation
import Projection
import Results

@testable import Figures
@testable import SurvivalStatistics

/// One figure of each kind that shows embeddings, models or columns.
enum SampleFigures {
    static func normal(_ count: Int, seed: UInt64, mean: Double = 0, deviation: Double = 1) -> [Double] {
        var random = SampleData.Random(seed)
        return (0..<count).map { _ in mean + deviation * random.normal() }
    }

    static let tokens = [
        "Hypoxia", "Glycolysis", "E2F targets", "G2M checkpoint", "Myc targets V1", "Interferon gamma response",
        "Interferon alpha response", "Inflammatory response", "Epithelial-mesenchymal transition", "Angiogenesis",
        "Adipogenesis", "Oxidative phosphorylation",
    ]

    /// Tokens × prototypes in three blocks, with noise.
    static let cosines: Matrix = {
        var random = SampleData.Random(3)
        let values = (0..<tokens.count * 6).map { place -> Double in
            let (token, prototype) = (place / 6, place % 6)
            return (token * 3 / tokens.count == prototype % 3 ? 0.55 : -0.2) + 0.13 * random.normal()
        }
        return Matrix(rows: tokens.count, columns: 6, values: values)
    }()

    static func heatMap() throws -> Figure {
        let prototypes = (1...6).map(String.init)
        let transposed = Matrix(
            rows: 6, columns: tokens.count,
            values: (0..<6).flatMap { column in tokens.indices.map { cosines[$0, column] } })
        return try HeatMapFigure(
            values: cosines, rowNames: tokens, columnNames: prototypes, columnTitle: "Prototype",
            rowTree: HierarchicalClustering(cosines, names: tokens),
            columnTree: HierarchicalClustering(transposed, names: prototypes),
            scale: .diverging(limit: cosines.values.map(abs).max()!), valueName: "Cosine of token and prototype",
            caption: "average linkage of Euclidean distances"
        ).figure()
    }

    /// Two slides of patches 256 wide: a round one with a heavy middle, and a strip.
    static let slides: [SlideFigure.Slide] = {
        var random = SampleData.Random(5)
        var round = SlideFigure.Slide(name: "TCGA-01-A.1", x: [], y: [], weights: [])
        for row in 0..<24 {
            for column in 0..<24 {
                let (x, y) = (Double(column) - 11.5, Double(row) - 11.5)
                guard x * x + y * y < 140 else { continue }
                round.x.append(Double(column) * 256)
                round.y.append(Double(row) * 256)
                let (right, down) = (x - 3, y + 2)
                round.weights.append(0.2 + 3 * exp(-(right * right + down * down) / 18) + 0.2 * random.uniform())
            }
        }
        var strip = SlideFigure.Slide(name: "TCGA-01-A.2", x: [], y: [], weights: [])
        for row in 0..<6 {
            for column in 0..<20 {
                strip.x.append(Double(column) * 256)
                strip.y.append(Double(row) * 256)
                strip.weights.append(Double(column) / 10 + 0.1 * random.uniform())
            }
        }
        return [round, strip]
    }()

    static let calibrated: (grouped: Calibration, smooth: SmoothCalibration) = {
        let steps = (0..<10).map { 0.08 + 0.075 * Double($0) }
        let groups = steps.enumerated().map { index, risk -> Calibration.Group in
            let observed = min(risk * 1.1 + (index % 2 == 0 ? 0.03 : -0.04), 0.95)
            return Calibration.Group(
                patients: 20, events: 5, predicted: 1 - risk, observed: 1 - observed,
                lower: 1 - min(observed + 0.14, 0.99), upper: 1 - max(observed - 0.13, 0.01))
        }
        let predicted = (0..<60).map { 0.05 + 0.012 * Double($0) }
        return (
            Calibration(
                horizon: 5, level: 0.95, patients: 200, groups: groups, overall: groups[4], observedToExpected: 1.07),
            SmoothCalibration(
                horizon: 5, predicted: predicted, observed: predicted.map { $0 * 1.08 - 0.01 + 0.03 * sin($0 * 8) },
                index: 0.034, median: 0.03, ninetieth: 0.06, largest: 0.08, slope: 1.12, slopeError: 0.15,
                slopeLower: 0.83, slopeUpper: 1.41, warnings: [])
        )
    }()

    static func map() throws -> Figure {
        let map = SampleData.map(patients: 60)
        guard case .labels(let groups)? = map.covariates["risk group"] else {
            throw FigureError.nothingToDraw("groups")
        }
        let ages = normal(60, seed: 8, mean: 60, deviation: 9)
        var figure = EmbeddingFigure(
            map, groups: groups, coloring: .init(name: "age", values: .numbers(ages)), joinsPatients: true)
        figure.panels[0].notes = ["Recall@1 0.43 (chance 0.007)", "Silhouette 0.04"]
        figure.panels[1].notes = ["Silhouette 0.71"]
        return try figure.figure()
    }

    private static func category(_ seed: UInt64, prototype: Int) -> BoxFigure.Category {
        let boxes = ["risk ≤ median(risk)", "risk > median(risk)"].enumerated().map { group, name in
            let mean = 0.2 + 0.05 * Double(group * (prototype % 3))
            return BoxFigure.Box(
                group: name,
                values: normal(
                    60 + 40 * group, seed: seed + UInt64(10 * prototype + group), mean: mean, deviation: 0.05))
        }
        return BoxFigure.Category(name: String(prototype), boxes: boxes, remark: prototype == 2 ? "*" : nil)
    }

    static func boxes() throws -> Figure {
        try BoxFigure(
            panels: ["histology", "genomics"].enumerated().map { number, modality in
                BoxFigure.Panel(
                    title: modality, xTitle: "Prototype",
                    categories: (1...5).map { category(UInt64(100 * number), prototype: $0) })
            }, columns: 2, yTitle: "Occupancy", caption: "* adjusted p below 0.05, permutations", width: .doubleColumn
        ).figure()
    }

    static let scattered: [ScatterFigure.Group] = ["low", "high"].enumerated().map { index, name in
        let x = normal(90, seed: UInt64(20 + index), mean: 60, deviation: 11)
        let noise = normal(90, seed: UInt64(30 + index))
        return ScatterFigure.Group(
            name: name, x: x, y: zip(x, noise).map { 0.04 * $0 + Double(index) + 0.7 * $1 })
    }

    static func scatter() throws -> Figure {
        try ScatterFigure(groups: scattered, xTitle: "age", yTitle: "risk", notes: ["ρ = 0.51, n = 180"]).figure()
    }

    static func histogram() throws -> Figure {
        let values = [normal(300, seed: 41, mean: 58, deviation: 9), normal(160, seed: 42, mean: 66, deviation: 7)]
        let bins = HistogramBins(values.flatMap { $0 })
        return try HistogramFigure(
            bins: bins,
            groups: zip(["er = positive", "er = negative"], values).map {
                HistogramFigure.Group(name: $0, counts: bins.counts($1))
            }, xTitle: "age"
        ).figure()
    }

    static func comparison() throws -> Figure {
        try ComparisonFigure(models: [
            .init(
                name: "tta", folds: [0.72, 0.69, 0.66, 0.71, 0.74], mean: 0.704, standardDeviation: 0.03,
                interval: 0.668...0.740),
            .init(
                name: "survpath", folds: [0.68, 0.7, 0.61, 0.66, 0.7], mean: 0.67, standardDeviation: 0.037,
                interval: 0.631...0.709),
            .init(
                name: "cox", folds: [0.64, 0.62, 0.65, 0.63, 0.6], mean: 0.628, standardDeviation: 0.02,
                interval: 0.59...0.666),
        ]).figure()
    }

    static func differences() throws -> Figure {
        try DifferenceFigure(
            models: [
                .init(
                    name: "no shared branch", change: -0.041, lower: -0.066, upper: -0.016,
                    parts: [-0.05, -0.045, -0.028]),
                .init(name: "no contrast", change: -0.012, lower: -0.03, upper: 0.006, parts: [-0.02, -0.002, -0.014]),
                .init(name: "one view", change: 0.004, lower: -0.011, upper: 0.019, parts: [0.01, -0.004, 0.006]),
            ], metric: "C-index", reference: "full", caption: "right of 0 is better than full; a point per seed"
        ).figure()
    }

    static func withheld() throws -> Figure {
        let means = [0.71, 0.70, 0.685, 0.665, 0.64]
        let deviations = [0, 0.008, 0.012, 0.009, 0]
        return try LineFigure(
            curves: [
                LineFigure.Curve(
                    name: "C-index", x: [0, 25, 50, 75, 100], y: means, style: .markedLine,
                    band: (zip(means, deviations).map { $0 - $1 }, zip(means, deviations).map { $0 + $1 }))
            ], xTitle: "Patients without genomics (%)", yTitle: "C-index", reference: 0.6
        ).figure()
    }

    static let all: [(name: String, figure: @Sendable () throws -> Figure)] = [
        ("map", map), ("heatmap", heatMap),
        (
            "slides",
            { try SlideFigure(slides: slides, weightName: "Weight, multiples of an even share").figure() }
        ),
        (
            "calibration",
            {
                try CalibrationFigure(grouped: calibrated.grouped, smooth: calibrated.smooth, timeUnit: "years")
                    .figure()
            }
        ),
        ("boxes", boxes), ("scatter", scatter), ("histogram", histogram), ("comparison", comparison),
        ("differences", differences), ("withheld", withheld),
    ]
}
