internal import CGSL
import Foundation

extension Distributions {
    /// P(Z ≤ x) for a standard normal variable.
    static func normalLowerTail(_ x: Double) -> Double {
        precondition(handlerIsOff, "the library's handler must be off")
        return gsl_cdf_ugaussian_P(x)
    }

    /// P(|Z| > |x|) for a standard normal variable, with full relative precision for tiny tails.
    static func normalTwoSidedTail(_ x: Double) -> Double {
        precondition(handlerIsOff, "the library's handler must be off")
        return 2 * gsl_cdf_ugaussian_Q(abs(x))
    }

    /// P(|T| > |x|) for Student's t.
    ///
    /// - Precondition: the degrees of freedom are positive.
    static func studentTwoSidedTail(_ x: Double, degreesOfFreedom: Double) -> Double {
        precondition(handlerIsOff && degreesOfFreedom > 0, "Student's t needs degrees of freedom")
        return 2 * gsl_cdf_tdist_Q(abs(x), degreesOfFreedom)
    }

    /// P(F > x) for an F variable.
    ///
    /// - Precondition: the degrees of freedom are positive.
    static func fisherUpperTail(_ x: Double, numerator: Double, denominator: Double) -> Double {
        precondition(handlerIsOff && numerator > 0 && denominator > 0, "an F variable needs degrees of freedom")
        return gsl_cdf_fdist_Q(max(x, 0), numerator, denominator)
    }

    /// The point that Student's t stays below with that probability.
    ///
    /// - Precondition: the degrees of freedom are positive.
    static func studentQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
        precondition(handlerIsOff && degreesOfFreedom > 0, "Student's t needs degrees of freedom")
        return gsl_cdf_tdist_Pinv(probability, degreesOfFreedom)
    }

    /// The standard normal density.
    static func normalDensity(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
}
