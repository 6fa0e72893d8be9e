import Baselines
import CommandLanguage
import SurvivalNetworks
import SurvivalStatistics

/// `model cox`.
struct CoxKind: ModelKind {
    let form: CommandForm

    init() {
        let cox = PenalisedCox()
        form = CommandForm(
            "cox", "Penalised Cox regression per modality, linear predictors summed",
            discussion: """
                Ridge regression (alpha=0), elastic net or lasso (alpha=1) on the features of each modality, patches as the \
                mean of the bag. The penalty is chosen by deviance in inner folds of the training patients. The risk is the \
                sum over modalities of the linear predictors, each in standard deviations over the training patients; \
                higher means an earlier event. It is no network: epochs, lr, batch and weight_decay of a training do not \
                concern it. Takes any number of modalities.
                """,
            parameters: [
                .option(
                    "alpha", .number(0...1), default: "\(cox.alpha)", "the lasso's share of the penalty; 0 is ridge"),
                .option(
                    "lambda",
                    .numberOrWord(1e-9...1e9, words: CrossValidatedCoxPath.Rule.allCases.map(\.rawValue)),
                    default: CrossValidatedCoxPath.Rule.minimum.rawValue,
                    "weight of the penalty: min, the best in the inner folds; se, the largest within one standard error of "
                        + "it; or a number"),
                .option("inner_folds", .integer(2...100), default: "\(cox.folds)", "folds by which lambda is chosen"),
            ],
            examples: ["model cox", "model cox alpha=0.5 lambda=se"])
    }

    func model(_ arguments: Arguments) throws -> any SurvivalModel {
        var cox = PenalisedCox()
        cox.alpha = arguments.number("alpha")
        cox.folds = arguments.integer("inner_folds")
        switch arguments.numberOrWord("lambda") {
        case .number(let lambda): cox.penalty = .fixed(lambda)
        case .word(let word):
            if let rule = CrossValidatedCoxPath.Rule(rawValue: word) { cox.penalty = .chosen(rule) }
        }
        return cox
    }
}
