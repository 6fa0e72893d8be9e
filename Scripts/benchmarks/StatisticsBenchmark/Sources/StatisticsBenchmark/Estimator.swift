/// What is timed. Raw values are the names that peers know the estimators by.
enum Estimator: String, CaseIterable {
    case concordance, concordanceValue, km, nelsonAalen, logRankTwo, logRankTen, cox, coxWhole, uno, brier, auc

    var title: String {
        switch self {
        case .concordance: "concordance with error"
        case .concordanceValue: "concordance, value only"
        case .km: "Kaplan-Meier with interval"
        case .nelsonAalen: "Nelson-Aalen"
        case .logRankTwo: "log-rank, 2 groups"
        case .logRankTen: "log-rank, 10 groups"
        case .cox: "Cox, p = 10, Efron"
        case .coxWhole: "Cox with concordance"
        case .uno: "Uno's concordance"
        case .brier: "integrated Brier, 100 times"
        case .auc: "dynamic AUC, 100 times"
        }
    }

    /// How far, relatively, a peer's values may lie from ours.
    ///
    /// scikit-survival and torchsurv take the censoring distribution at an event, R and we just before it, so they differ
    /// where a censoring falls on the time of an event; what iterates agrees as far as its rule to stop lets it.
    func tolerance(_ peer: PeerKind) -> Double {
        switch self {
        case .uno, .brier, .auc: peer == .r ? 1e-8 : 2e-3
        case .cox, .coxWhole: 1e-5
        default: 1e-8
        }
    }
}
