import Foundation

/// Why a Cox model could not be fitted.
public enum CoxError: LocalizedError, Equatable {
    case noCovariates
    /// Columns that are the same for all patients.
    case constantColumns([String])
    /// A column that is a linear combination of others; `of` is empty when it does not vary among the patients who are
    /// at risk (within a stratum) when events happen.
    case dependentColumn(String, of: [String])
    /// A clustered variance of p coefficients needs more than p clusters.
    case tooFewClusters(Int, covariates: Int)
    /// An event at time 0 has no logarithm of its time.
    case zeroTime
    /// All events have one time, so nothing can change with time.
    case noTimeToVary
    case infiniteCoefficients([String])

    public var errorDescription: String? {
        switch self {
        case .noCovariates:
            "a Cox model needs at least one covariate"
        case .constantColumns(let names):
            names.count == 1
                ? "\(names[0]) has the same value in all patients, so it has no coefficient"
                : "\(names.joined(separator: ", ")) each have the same value in all patients, so they have no "
                    + "coefficients"
        case .dependentColumn(let name, let others) where others.isEmpty:
            "\(name) does not vary among the patients at risk when events happen, so it has no coefficient"
        case .dependentColumn(let name, let others):
            "\(name) is a linear combination of \(others.joined(separator: ", ")) among the patients at risk when "
                + "events happen, so their coefficients cannot be told apart"
        case .tooFewClusters(let clusters, let covariates):
            "there are \(clusters) clusters for \(covariates) coefficients; a clustered variance needs more "
                + "clusters than coefficients"
        case .zeroTime:
            "an event happened at time 0, which has no logarithm"
        case .noTimeToVary:
            "all events happened at one time, so it cannot be seen whether coefficients change with time"
        case .infiniteCoefficients(let names):
            "proportional hazards cannot be tested where a coefficient may be infinite: "
                + names.joined(separator: ", ")
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .noCovariates: nil
        case .constantColumns(let names): "leave \(names.joined(separator: ", ")) out of the model"
        case .dependentColumn(let name, _): "leave \(name) out of the model"
        case .zeroTime: "use another transform of time, such as km"
        case .noTimeToVary: nil
        case .infiniteCoefficients(let names): "leave \(names.joined(separator: ", ")) out of the model"
        case .tooFewClusters: "use fewer terms, or smaller clusters"
        }
    }
}

/// What a reader of a fitted Cox model has to know.
public enum CoxWarning: Sendable, Equatable, CustomStringConvertible {
    /// The likelihood grows as the coefficient does (the covariate separates the patients with early events): its
    /// value and error mean nothing.
    case infiniteCoefficient(String)
    case notConverged(iterations: Int)

    public var description: String {
        switch self {
        case .infiniteCoefficient(let name):
            "the likelihood converged before the coefficient of \(name), which may be infinite; its value, standard "
                + "error and interval mean nothing; Firth's penalty, firth=true, keeps it finite"
        case .notConverged(let iterations):
            "the fit did not converge in \(iterations) iterations"
        }
    }
}
