import CommandLanguage
import Figures
import Results

extension CurvesObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try KaplanMeierFigure(
            curves: curves, logRankP: test?.p, hazardRatio: hazardRatioNote, timeUnit: options.unit,
            horizon: options.horizon, title: options.title, width: options.width ?? .singleColumn, table: options.table
        ).figure()
    }
}

extension MapObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try EmbeddingFigure(
            map, groups: options.groups, joinsPatients: options.joinsPatients, title: options.title,
            width: options.width ?? .doubleColumn
        ).figure()
    }
}

extension CoxObject: Drawable {
    func figure(_ options: PlotOptions) throws -> Figure {
        try ForestFigure(
            terms: fit.terms.map {
                ForestFigure.Term(
                    name: $0.name, hazardRatio: $0.hazardRatio, lower: $0.lower, upper: $0.upper, p: $0.p)
            }, level: fit.level, title: options.title, width: options.width ?? .singleColumn
        ).figure()
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
    /// A row for each model; folds are means over seeds.
    func figure(_ options: PlotOptions) throws -> Figure {
        try ComparisonFigure(
            models: zip(names, models).map { name, model in
                let count = Double(model.folds.count)
                let squares = model.folds.reduce(0) { $0 + ($1 - model.mean) * ($1 - model.mean) }
                return ComparisonFigure.Model(
                    name: name, folds: folds == nil ? [] : model.folds, mean: model.mean,
                    standardDeviation: folds == nil ? model.standardError : (squares / (count - 1)).squareRoot())
            }, metric: metric.name, chance: metric.higherIsBetter ? 0.5 : nil, title: options.title,
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
