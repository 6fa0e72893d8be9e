import CommandLanguage
import Results
import SurvivalStatistics

struct ConcordanceCommand: Command {
    let declaration = CommandDeclaration(
        "cindex", "Harrell's C-index: how well a risk orders the events", topic: .evaluation,
        discussion: """
            Higher risk means an earlier event. A pair of patients is comparable when one has the event before the \
            other's time, or at the time at which the other is censored; two events at one time are not. Equal risks \
            count half. The standard error is R's infinitesimal jackknife. Of cross-validated predictions pairs are \
            counted within folds only, and each fold, their mean and standard deviation are given. \
            \(Subjects.samplingRules) With weights=, a pair counts the product of its weights, and the JSON's counts are \
            sums of those.
            """,
        parameters: [
            .argument("x", .object(Subjects.typeNames), "whose patients"),
            RiskedPatients.declaredRisk, Subjects.declaredEntry, Subjects.declaredWeights,
        ],
        result: ConcordanceObject.typeName,
        examples: [
            "cindex (cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event) risk=size",
            "cindex (simulate patients=100 patches=5) risk=true_risk",
        ])

    func run(_ arguments: Arguments, in context: Context) throws -> Value? {
        let subjects = try Subjects(arguments, "x").entering(arguments, in: context)
            .weighing(arguments, in: context)
        let patients = try RiskedPatients(arguments, subjects, in: context)
        let (outcome, risk, fold, weights) = (patients.outcome, patients.risk, patients.fold, patients.weights)
        let whole: Concordance
        do {
            whole = try concordance(outcome, risk: risk, strata: fold, weights: weights)
        } catch StatisticsError.noComparablePair where fold != nil {
            throw arguments.error(
                "no fold holds out two patients who can be compared", help: "pairs are counted within folds: use fewer")
        }
        let folds = try fold.map { fold in
            try Set(fold).sorted().map { number in
                let members = fold.indices.filter { fold[$0] == number }
                do {
                    let part = try concordance(
                        outcome[members], risk: members.map { risk[$0] },
                        weights: weights.map { weights in members.map { weights[$0] } })
                    return FoldConcordance(fold: number, value: part.concordance, pairs: part.comparablePairs)
                } catch StatisticsError.noComparablePair {
                    context.warn("fold \(number) has no comparable pair and no C-index")
                    return FoldConcordance(fold: number, value: .nan, pairs: 0)
                }
            }
        }
        var result = ConcordanceObject(whole: whole, patients: outcome.count, folds: folds)
        result.sampling = samplingRemark(arguments)
        return .object(result)
    }
}

/// The C-index of one fold; NaN where no pair is comparable.
struct FoldConcordance {
    let fold: Int
    let value: Double
    let pairs: Int
}

struct ConcordanceObject: ObjectValue {
    static let typeName = "concordance"
    /// Over all comparable pairs; within folds where there are any.
    let whole: Concordance
    let patients: Int
    let folds: [FoldConcordance]?
    /// What entry= and weights= did; nil without them.
    var sampling: String?

    private var known: [Double] { (folds ?? []).map(\.value).filter { !$0.isNaN } }
    var mean: Double { Moments(known).mean }
    /// Over the folds, with one degree of freedom less; NaN below two folds.
    var standardDeviation: Double { Moments(known).deviation }

    func text(width: Int) -> String {
        var lines = [
            "C-index \(formatFixed(whole.concordance, decimals: 4)), standard error "
                + "\(formatFixed(whole.standardError, decimals: 4)); "
                + "\(counted(whole.comparablePairs, "comparable pair")) of \(counted(patients, "patient"))"
        ]
        if let folds {
            lines[0] += ", within folds"
            let values = folds.map { formatFixed($0.value, decimals: 3) }.joined(separator: "  ")
            let spread =
                standardDeviation.isNaN ? "" : " ± \(formatFixed(standardDeviation, decimals: 4)) sd"
            lines.append("folds   \(values)   mean \(formatFixed(mean, decimals: 4))\(spread)")
        }
        if let sampling { lines.append(sampling) }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        var members: [(key: String, value: JSON)] = [
            ("concordance", .number(whole.concordance)), ("standard_error", .number(whole.standardError)),
            ("comparable_pairs", .number(Double(whole.comparablePairs))),
            ("concordant", .number(whole.weighted?.concordant ?? Double(whole.concordant))),
            ("discordant", .number(whole.weighted?.discordant ?? Double(whole.discordant))),
            ("tied_risk", .number(whole.weighted?.tiedRisk ?? Double(whole.tiedRisk))),
            ("patients", .number(Double(patients))),
        ]
        if let folds {
            members += [
                ("folds", .numbers(folds.map(\.value))), ("mean", .number(mean)), ("sd", .number(standardDeviation)),
                ("fold_comparable_pairs", .numbers(folds.map(\.pairs))),
            ]
        }
        return .object(members)
    }
}
