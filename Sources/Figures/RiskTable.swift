/// What stands under the ticks of a time axis.
public enum RiskTable: String, Sendable, CaseIterable {
    /// The patients at risk, a line per group.
    case atrisk
    /// At risk, censored so far, events so far: three lines per group that sum to its patients (Morris et al. 2019,
    /// KMunicate).
    case extended
    case none
}
