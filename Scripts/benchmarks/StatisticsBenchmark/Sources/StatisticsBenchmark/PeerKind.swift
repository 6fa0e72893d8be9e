import Foundation

/// Whose estimators are run.
enum PeerKind: String, CaseIterable {
    case ours, r = "R", lifelines, sksurv = "scikit-survival", torchsurv

    /// The command that answers requests on the data.
    func command(peers: String, data: String) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        return switch self {
        case .ours: [CommandLine.arguments[0], "--answer", data]
        case .r: [environment["RSCRIPT"] ?? "Rscript", "--vanilla", "\(peers)/peer.R", data]
        default: [environment["TTA_PEERS_PYTHON"] ?? "python3", "\(peers)/peer.py", rawValue, data]
        }
    }

    var installation: String {
        switch self {
        case .ours: ""
        case .r: "apt-get install r-cran-survival, or name an Rscript in RSCRIPT"
        default: "pip install \(rawValue), or name a Python that has it in TTA_PEERS_PYTHON"
        }
    }

    /// Why an estimator would not fit in memory with so many patients.
    ///
    /// torchsurv compares all pairs of patients in matrices, and holds about ten of patients × times for an AUC.
    func obstacle(_ estimator: Estimator, patients: Int) -> String? {
        guard self == .torchsurv else { return nil }
        let numbers =
            switch estimator {
            case .concordanceValue: patients * patients
            case .auc: 10 * patients * BenchmarkData.evaluations
            default: 0
            }
        let gigabytes = 8 * numbers / 1_000_000_000
        return gigabytes >= 2 ? "needs matrices of \(gigabytes) GB" : nil
    }
}
