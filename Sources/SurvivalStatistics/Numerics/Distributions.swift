internal import CGSL

/// Distribution functions, from the GNU Scientific Library.
///
/// The library's own error handler ends the process when a tail probability underflows; it is switched off before the
/// first call, after which an underflow is what it should be: 0.
enum Distributions {
    static let handlerIsOff: Bool = {
        gsl_set_error_handler_off()
        return true
    }()

    /// P(X > x) for a chi-square variable, with full relative precision for tiny tails.
    ///
    /// - Precondition: `degreesOfFreedom > 0`.
    static func chiSquareUpperTail(_ x: Double, degreesOfFreedom: Int) -> Double {
        precondition(handlerIsOff && degreesOfFreedom > 0, "a chi-square variable needs degrees of freedom")
        return gsl_cdf_chisq_Q(max(x, 0), Double(degreesOfFreedom))
    }

    /// The point that a standard normal variable stays below with that probability.
    static func normalQuantile(_ probability: Double) -> Double {
        precondition(handlerIsOff && probability > 0 && probability < 1, "a probability between 0 and 1 is needed")
        return gsl_cdf_ugaussian_Pinv(probability)
    }

    /// log P(X > x) for a standard normal variable, finite far into the tail.
    static func logNormalUpperTail(_ x: Double) -> Double {
        precondition(handlerIsOff)
        return gsl_sf_log_erfc(x / 2.squareRoot()) - 0.6931471805599453
    }

    /// φ(x) / P(X > x) for a standard normal variable.
    static func normalHazard(_ x: Double) -> Double {
        precondition(handlerIsOff)
        return gsl_sf_hazard(x)
    }

    /// Half the width, in standard errors, of a two-sided normal interval: 1.96 for a level of 0.95.
    ///
    /// - Throws: `StatisticsError.invalidLevel` unless the level lies between 0 and 1.
    static func normalMultiplier(level: Double) throws -> Double {
        guard level > 0 && level < 1 else { throw StatisticsError.invalidLevel(level) }
        let tail = (1 - level) / 2
        // A level so close to 1 leaves nothing below 1, and then the other tail has the same quantile.
        return 1 - tail < 1 ? normalQuantile(1 - tail) : -normalQuantile(tail)
    }
}
