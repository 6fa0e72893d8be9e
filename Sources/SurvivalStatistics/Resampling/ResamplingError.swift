import Foundation

/// Why an interval could not be made from resampled patients.
public enum ResamplingError: LocalizedError, Equatable {
    /// Fewer resamples than an interval can be made from.
    case tooFewResamples(Int)
    /// The statistic of the patients themselves is not defined.
    case undefinedEstimate
    /// More than half of the resamples have no value.
    case mostlyUndefined(undefined: Int, of: Int)
    /// Every resample lies on one side of the estimate.
    case oneSided
    /// No patient's removal changes the statistic, or some removal leaves it without a value.
    case noAcceleration

    public var errorDescription: String? {
        switch self {
        case .tooFewResamples(let count):
            "\(count) resamples are too few for an interval"
        case .undefinedEstimate:
            "the statistic has no finite value in these patients, so there is nothing to put an interval around"
        case .mostlyUndefined(let undefined, let count):
            "the statistic has no value in \(undefined) of \(count) resamples; an interval from the others would mislead"
        case .oneSided:
            "every resample lies on one side of the estimate, so its bias cannot be corrected"
        case .noAcceleration:
            "the statistic's acceleration is not defined: leaving patients out changes nothing, or leaves no value"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .tooFewResamples: "draw at least 20, better 2000"
        case .undefinedEstimate: "choose an earlier horizon, or a statistic that these patients have"
        case .mostlyUndefined: "choose an earlier horizon, or more patients"
        case .oneSided, .noAcceleration: "use a percentile interval"
        }
    }
}
