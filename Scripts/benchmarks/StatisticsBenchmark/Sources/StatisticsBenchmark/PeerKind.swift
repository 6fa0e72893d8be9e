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
    func obstacle(_ estimator: Estimator, patients: Int) -> String? {
        let gigabytes = Double(patients) * Double(patients) * 8 / 1e9
        guard self == .torchsurv && estimator != .brier && gigabytes > 1 else { return nil }
        return "makes matrices of patients × patients, \(Int(gigabytes)) GB each"
    }
}
