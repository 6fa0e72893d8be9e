import CommandLanguage
import Figures
import Results

extension CurvesObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        var named = curves
        for index in named.indices { named[index].name = named[index].name.map { legendName($0, by: by) } }
        return try KaplanMeierFigure(
            curves: named, logRankP: test?.p, hazardRatio: hazardRatioNote, timeUnit: options.unit,
            horizon: options.horizon, title: options.title, width: options.width ?? .singleColumn, table: options.table
        ).figure()
    }
}

extension MapObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try EmbeddingFigure(
            map, quality: quality, groups: options.groups, groupNames: options.groupNames, coloring: options.coloring,
            joinsPatients: options.joinsPatients, title: options.title, width: options.width ?? .doubleColumn
        ).figure()
    }
}

extension CoxObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try ForestFigure(
            rows: rows, level: fit.level, title: options.title,
            caption: "n = \(fit.patients), \(counted(fit.events, "event"))", width: options.width ?? .singleColumn
        ).figure()
    }

    /// Levels of a factor or of an interaction under its name.
    private var rows: [ForestFigure.Row] {
        var terms = fit.terms[...]
        func next(_ name: String) -> ForestFigure.Term? {
            terms.popFirst().map {
                ForestFigure.Term(name: name, hazardRatio: $0.hazardRatio, lower: $0.lower, upper: $0.upper, p: $0.p)
            }
        }
        return design.recipe.covariates.flatMap { covariate -> [ForestFigure.Row] in
            let codings = covariate.codings
            let columns = FactorCoding.levels(ofProducts: codings)
            if codings.count == 1, let reference = codings[0].levels?.first {
                let others = columns.compactMap { levels in next(levels[0]).map { ForestFigure.Row.level($0) } }
                return [.heading(codings[0].factor.formula.text), .reference(reference)] + others
            }
            guard columns.count > 1 else {
                let name = codings.map { ([$0.factor.formula.text] + ($0.indicated ?? [])).joined(separator: " ") }
                return next(name.joined(separator: " × ")).map { [.term($0)] } ?? []
            }
            let heading = codings.map(\.factor.formula.text).joined(separator: " × ")
            return [.heading(heading)]
                + columns.compactMap { levels in next(levels.joined(separator: " × ")).map { .level($0) } }
        }
    }
}

extension ConcordanceObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        let values = folds?.map(\.value) ?? []
        return try ComparisonFigure(
            models: [
                ComparisonFigure.Model(
                    name: "model", folds: values, mean: folds == nil ? whole.concordance : mean,
                    standardDeviation: folds == nil ? whole.standardError : standardDeviation)
            ], title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}

extension ComparisonObject: Drawable {
    /// A row for each model, its mean with the interval that compare gives; folds are means over seeds.
    func figure(_ options: PlotOptions) throws -> Figure {
        if options.drawsDifferences { return try differences(options) }
        return try ComparisonFigure(
            models: try zip(names, models).map { name, model in
                ComparisonFigure.Model(
                    name: name, folds: folds == nil ? [] : model.folds, mean: model.mean,
                    standardDeviation: model.standardError, interval: try model.interval(level: level))
            }, metric: metric.name, chance: metric.higherIsBetter ? 0.5 : nil, level: level, title: options.title,
            width: options.width ?? .singleColumn
        ).figure()
    }

    /// How far the others are from the first, with the paired interval, and a point for each seed or, of one seed, for
    /// each fold.
    private func differences(_ options: PlotOptions) throws -> Figure {
        let hasSeeds = models.dropFirst().contains { $0.seeds.count > 1 }
        let parts = hasSeeds ? "a point per seed" : folds == nil ? nil : "a point per fold"
        return try DifferenceFigure(
            models: differences.enumerated().map { index, difference in
                let other = models[index + 1]
                return DifferenceFigure.Model(
                    name: names[index + 1], change: -difference.difference, lower: -difference.upper,
                    upper: -difference.lower,
                    parts: hasSeeds
                        ? other.seeds.map { $0 - models[0].mean } : folds == nil ? [] : difference.folds.map { -$0 })
            }, metric: metric.name, reference: names[0], level: level, title: options.title,
            caption: (["\(metric.higherIsBetter ? "right" : "left") of 0 is better than \(names[0])"]
                + (parts.map { [$0] } ?? [])).joined(separator: "; "),
            width: options.width ?? .singleColumn
        ).figure()
    }
}

extension TrainedObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try TrainingFigure(
            losses: [TrainingFigure.Loss(name: "survival", values: trained.history.survival)]
                + trained.history.terms.map { TrainingFigure.Loss(name: $0.name, values: $0.values) },
            title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}

extension PredictionsObject: Drawable {
    /// The survival loss of each fold.
    func figure(_ options: PlotOptions) throws -> Figure {
        guard histories.contains(where: { !$0.survival.isEmpty }) else {
            throw FigureError.nothingToDraw(
                "these predictions come without training losses; curves of their groups are drawn by km")
        }
        return try TrainingFigure(
            losses: histories.map {
                TrainingFigure.Loss(name: $0.fold > 0 ? "fold \($0.fold)" : "survival", values: $0.survival)
            }, title: options.title, width: options.width ?? .singleColumn
        ).figure()
    }
}

extension PrototypesObject: Drawable {
    /// How the two groups fill the prototypes: a panel for each modality and fold.
    func figure(_ options: PlotOptions) throws -> Figure {
        let modalities = Set(use.parts.map(\.modality)).count
        var inGroup = [Int?](repeating: nil, count: use.patients.count)
        for (row, code) in zip(rows, codes) { inGroup[row] = code }
        return try BoxFigure(
            panels: use.parts.enumerated().map { index, part in
                let found = comparison.prototypes.filter { $0.part == index }
                return BoxFigure.Panel(
                    title: part.modality + (part.fold > 0 ? ", fold \(part.fold)" : ""), xTitle: "Prototype",
                    categories: found.map { prototype in
                        BoxFigure.Category(
                            name: String(prototype.number),
                            boxes: groups.enumerated().map { code, name in
                                BoxFigure.Box(
                                    group: name,
                                    values: part.rows.indices.filter { inGroup[part.rows[$0]] == code }.map {
                                        part.occupancy[$0, prototype.number - 1]
                                    })
                            }, remark: prototype.occupancy.adjustedP < 0.05 ? "*" : nil)
                    })
            }, columns: modalities, yTitle: "Occupancy", title: options.title,
            caption: comparison.prototypes.contains { $0.occupancy.adjustedP < 0.05 }
                ? "* adjusted p below 0.05, permutations" : nil,
            width: options.width ?? (modalities > 1 ? .doubleColumn : .singleColumn)
        ).figure()
    }
}
