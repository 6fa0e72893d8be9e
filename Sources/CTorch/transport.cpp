// Sinkhorn iterations for entropic unbalanced transport (Chizat et al. 2018, doi:10.1090/mcom/3303).
#include "kernels.h"
#include "vectors.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace ctorch {

namespace {

/// Tokens that one block holds.
constexpr int64_t block_tokens = 256;
/// Tokens that lie side by side in the kernel and go through an iteration together; the last of them may be none.
constexpr int64_t group = 16;

/// What is fixed while a kernel K_ik = exp((α_i + β_k − C_ik)/ε) is in use. α_i makes the largest entry of each row 1.
template <typename Real> struct Rows {
    /// Group by group, the prototypes of each one after the other: [groups, prototypes, group]; 0 for no token.
    const Real *kernel;
    int64_t prototypes;
    /// (damping − 1) α_i/ε
    const Real *offset;
    /// α_i
    const Real *absorbed;
    Real damping;
    Real token_share;
};

/// One block of an iteration: log u_i = −damping · log Σ_k K_ik v_k + offset_i, then sums_k = Σ_i u_i K_ik. Returns the
/// largest move of a log u. `exp_sum` gets Σ exp(−f_i/ρ) with f_i = α_i + ε log u_i, unless `inverse_rho` is 0.
///
/// @param lanes space for the sums of each place in a group: [prototypes, group].
template <typename Real, int64_t fixed>
INLINED Real iterate_rows(
    const Rows<Real> &rows, int64_t begin, int64_t end, const Real *v, Real *__restrict log_u, Real *__restrict u,
    Real *__restrict lanes, Real *sums, Real epsilon, Real inverse_rho, Real *exp_sum) {
    SUMS_IN_ANY_ORDER
    const int64_t prototypes = fixed > 0 ? fixed : rows.prototypes;
    const Real *offset = rows.offset, *absorbed = rows.absorbed;
    const Real damping = rows.damping, token_share = rows.token_share;
    Real moved[group] = {}, weight = 0;
    std::fill(lanes, lanes + prototypes * group, Real(0));
    for (int64_t first = begin; first < end; first += group) {
        const int64_t count = std::min(group, end - first);
        const Real *kernel = rows.kernel + first * prototypes;
        Real products[group], shares[group], moves[group];
        // Where there is no token, nothing moves.
        AS_VECTORS
        for (int64_t i = 0; i < group; i++) products[i] = i < count ? Real(0) : Real(1);
        for (int64_t k = 0; k < prototypes; k++) {
            AS_VECTORS
            for (int64_t i = 0; i < group; i++) products[i] += kernel[k * group + i] * v[k];
        }
        AS_VECTORS
        for (int64_t i = 0; i < group; i++) {
            const Real updated = offset[first + i] - damping * logarithm(products[i]);
            moves[i] = std::abs(updated - log_u[first + i]);
            log_u[first + i] = updated;
            shares[i] = exponential(updated) * token_share;
        }
        AS_VECTORS
        for (int64_t i = 0; i < group; i++) {
            u[first + i] = shares[i];
            moved[i] = moves[i] > moved[i] ? moves[i] : moved[i];
        }
        if (inverse_rho > 0)
            for (int64_t i = 0; i < count; i++)
                weight += exponential(-(absorbed[first + i] + epsilon * log_u[first + i]) * inverse_rho);
        for (int64_t k = 0; k < prototypes; k++) {
            AS_VECTORS
            for (int64_t i = 0; i < group; i++) lanes[k * group + i] += kernel[k * group + i] * shares[i];
        }
    }
    for (int64_t k = 0; k < prototypes; k++) {
        Real sum = 0;
        AS_VECTORS
        for (int64_t i = 0; i < group; i++) sum += lanes[k * group + i];
        sums[k] = sum;
    }
    *exp_sum = weight;
    return *std::max_element(moved, moved + group);
}

#define ITERATE(Real, fixed)                                                                                          \
    return iterate_rows<Real, fixed>(rows, begin, end, v, log_u, u, lanes, sums, epsilon, inverse_rho, exp_sum)

FOR_EACH_PROCESSOR
float iterate(
    const Rows<float> &rows, int64_t begin, int64_t end, const float *v, float *log_u, float *u, float *lanes, float *sums,
    float epsilon, float inverse_rho, float *exp_sum) {
    switch (rows.prototypes) {
    case 8: ITERATE(float, 8);
    case 16: ITERATE(float, 16);
    case 32: ITERATE(float, 32);
    default: ITERATE(float, 0);
    }
}

FOR_EACH_PROCESSOR
double iterate(
    const Rows<double> &rows, int64_t begin, int64_t end, const double *v, double *log_u, double *u, double *lanes,
    double *sums, double epsilon, double inverse_rho, double *exp_sum) {
    ITERATE(double, 0);
}

#undef ITERATE

/// The kernel of a block against β, with α_i = min_k (C_ik − β_k).
template <typename Real>
INLINED void make_kernel(
    const Real *cost, int64_t begin, int64_t end, int64_t prototypes, const double *beta, double epsilon,
    double offset_factor, Real *__restrict kernel, Real *__restrict absorbed, Real *__restrict offset) {
    const double scale = 1 / epsilon;
    for (int64_t i = begin; i < end; i++) {
        const Real *row = cost + i * prototypes;
        double alpha = std::numeric_limits<double>::infinity();
        for (int64_t k = 0; k < prototypes; k++) {
            double reduced = static_cast<double>(row[k]) - beta[k];
            alpha = reduced < alpha ? reduced : alpha;
        }
        Real *column = kernel + i / group * group * prototypes + i % group;
        for (int64_t k = 0; k < prototypes; k++)
            column[k * group] = exponential(static_cast<Real>((alpha + beta[k] - static_cast<double>(row[k])) * scale));
        absorbed[i] = static_cast<Real>(alpha);
        offset[i] = static_cast<Real>(offset_factor * alpha * scale);
    }
}

#define MAKE(Real)                                                                                                    \
    make_kernel<Real>(cost, begin, end, prototypes, beta, epsilon, offset_factor, kernel, absorbed, offset)

FOR_EACH_PROCESSOR
void fill_kernel(
    const float *cost, int64_t begin, int64_t end, int64_t prototypes, const double *beta, double epsilon,
    double offset_factor, float *kernel, float *absorbed, float *offset) {
    MAKE(float);
}

FOR_EACH_PROCESSOR
void fill_kernel(
    const double *cost, int64_t begin, int64_t end, int64_t prototypes, const double *beta, double epsilon,
    double offset_factor, double *kernel, double *absorbed, double *offset) {
    MAKE(double);
}

#undef MAKE

/// T_ik = u_i K_ik v_k for a block; `sums` gets the columns, `terms` Σ f_i r_i, Σ r_i and Σ r_i log(r_i/a) − r_i + a.
template <typename Real>
INLINED void make_plan(
    const Rows<Real> &rows, int64_t begin, int64_t end, const Real *v, const Real *log_u, const Real *u, Real epsilon,
    Real *plan, double *sums, double *terms) {
    const int64_t prototypes = rows.prototypes;
    for (int64_t k = 0; k < prototypes; k++) sums[k] = 0;
    double potential = 0, mass = 0, divergence = 0;
    const Real smallest = std::numeric_limits<Real>::min();
    for (int64_t i = begin; i < end; i++) {
        const Real *column = rows.kernel + i / group * group * prototypes + i % group;
        Real *out = plan + i * prototypes;
        Real sum = 0;
        for (int64_t k = 0; k < prototypes; k++) {
            out[k] = u[i] * column[k * group] * v[k];
            sum += out[k];
        }
        for (int64_t k = 0; k < prototypes; k++) sums[k] += out[k];
        potential += static_cast<double>(rows.absorbed[i] + epsilon * log_u[i]) * sum;
        mass += sum;
        Real logged = sum >= smallest ? sum * logarithm(sum / rows.token_share) : 0;
        divergence += static_cast<double>(logged) - sum + rows.token_share;
    }
    terms[0] = potential;
    terms[1] = mass;
    terms[2] = divergence;
}

#define PLAN(Real) make_plan<Real>(rows, begin, end, v, log_u, u, epsilon, plan, sums, terms)

FOR_EACH_PROCESSOR
void fill_plan(
    const Rows<float> &rows, int64_t begin, int64_t end, const float *v, const float *log_u, const float *u, float epsilon,
    float *plan, double *sums, double *terms) {
    PLAN(float);
}

FOR_EACH_PROCESSOR
void fill_plan(
    const Rows<double> &rows, int64_t begin, int64_t end, const double *v, const double *log_u, const double *u, double epsilon,
    double *plan, double *sums, double *terms) {
    PLAN(double);
}

#undef PLAN

/// log Σ_i a exp((f_i + β − C_ik)/ε) for one prototype, shifted so that nothing vanishes.
template <typename Real>
double exact_column(
    const Real *cost, int64_t tokens, int64_t prototypes, int64_t k, double beta, double epsilon, const Real *absorbed,
    const Real *log_u) {
    auto exponent = [&](int64_t i) {
        return (absorbed[i] + beta - cost[i * prototypes + k]) / epsilon + log_u[i];
    };
    double largest = -std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < tokens; i++) largest = std::max(largest, exponent(i));
    double sum = 0;
    for (int64_t i = 0; i < tokens; i++) sum += std::exp(exponent(i) - largest);
    return largest + std::log(sum / static_cast<double>(tokens));
}

double damping(double rho, double epsilon) { return std::isinf(rho) ? 1 : rho / (rho + epsilon); }

double divergence(double x, double y) { return (x > 0 ? x * std::log(x / y) : 0) - x + y; }

} // namespace

template <typename Real>
TransportResult solve_transport(
    const Transport &transport, const Real *cost, int64_t tokens, int64_t prototypes, double *potential, Real *plan,
    double *column_mass, double *token_potential, const Blocks &blocks) {
    const double epsilon = transport.epsilon;
    const double token_damping = damping(transport.rho_token, epsilon);
    const double prototype_damping = damping(transport.rho_prototype, epsilon);
    const int64_t places = (tokens + group - 1) / group * group;
    const int64_t block_count = (tokens + block_tokens - 1) / block_tokens;
    // Beyond e^±reach the kernel is made anew with the potentials in it, before a product could overflow or vanish.
    const double reach = sizeof(Real) == 4 ? 30 : 200;
    const Real vanishing = sizeof(Real) == 4 ? Real(1e-30) : Real(1e-280);
    // Moves below this are rounding.
    const double noise = sizeof(Real) == 4 ? 3e-6 : 5e-14;

    std::vector<Real> kernel(places * prototypes), absorbed(places), offset(places), log_u(places), u(places);
    std::vector<Real> v(prototypes), lanes(block_count * prototypes * group), sums(block_count * prototypes);
    std::vector<Real> moves(block_count), weights(block_count);
    std::vector<double> beta(potential, potential + prototypes), log_v(prototypes, 0), totals(prototypes);
    auto range = [&](int64_t block, auto body) {
        body(block * block_tokens, std::min(tokens, (block + 1) * block_tokens));
    };
    auto absorb = [&] {
        blocks(block_count, [&](int64_t block) {
            range(block, [&](int64_t begin, int64_t end) {
                fill_kernel(
                    cost, begin, end, prototypes, beta.data(), epsilon, token_damping - 1, kernel.data(),
                    absorbed.data(), offset.data());
            });
        });
    };
    auto set_v = [&] {
        for (int64_t k = 0; k < prototypes; k++)
            v[k] = static_cast<Real>(std::exp(log_v[k]) / static_cast<double>(prototypes));
    };
    absorb();
    set_v();
    const Rows<Real> rows{
        kernel.data(), prototypes, offset.data(), absorbed.data(), static_cast<Real>(token_damping),
        static_cast<Real>(1.0 / static_cast<double>(tokens))};

    double largest_cost = 0;
    for (int64_t i = 0; i < tokens * prototypes; i++)
        largest_cost = std::max(largest_cost, std::abs(static_cast<double>(cost[i])));
    // With both marginals at a price, the potentials' common shift has a best value in closed form (Séjourné et al.
    // 2022, arXiv:2201.00730), which plain iterations would approach by (ρ/(ρ + ε))² a time.
    const double (&rho)[2] = {transport.rho_token, transport.rho_prototype};
    const bool shifts = !std::isinf(rho[0]) && !std::isinf(rho[1])
        && largest_cost < (sizeof(Real) == 4 ? 20 : 200) * std::min(rho[0], rho[1]);
    const Real inverse_rho = shifts ? static_cast<Real>(1 / rho[0]) : 0;
    const double slowest = std::min(token_damping * prototype_damping, 0.9999);

    TransportResult result{0, 0, false};
    double moved_before = 0;
    bool refined = false;
    // The tokens' side against v and the kernel as they are.
    auto iterate_tokens = [&] {
        blocks(block_count, [&](int64_t block) {
            range(block, [&](int64_t begin, int64_t end) {
                moves[block] = iterate(
                    rows, begin, end, v.data(), log_u.data(), u.data(), &lanes[block * prototypes * group],
                    &sums[block * prototypes], static_cast<Real>(epsilon), inverse_rho, &weights[block]);
            });
        });
    };
    while (result.iterations < transport.maximum_iterations) {
        result.iterations++;
        iterate_tokens();
        double moved = result.iterations == 1 ? std::numeric_limits<double>::infinity()
                                              : *std::max_element(moves.begin(), moves.end());
        std::fill(totals.begin(), totals.end(), 0);
        for (int64_t block = 0; block < block_count; block++)
            for (int64_t k = 0; k < prototypes; k++) totals[k] += sums[block * prototypes + k];
        bool far = false;
        for (int64_t k = 0; k < prototypes; k++) {
            double logged = totals[k] > vanishing
                ? std::log(totals[k])
                : exact_column(cost, tokens, prototypes, k, beta[k], epsilon, absorbed.data(), log_u.data());
            double updated = -prototype_damping * logged + (prototype_damping - 1) * beta[k] / epsilon;
            moved = std::max(moved, std::abs(updated - log_v[k]));
            log_v[k] = updated;
            far = far || std::abs(updated) > reach;
        }
        // Near the end the potentials go into the kernel once, so that what is left of them is small and exact.
        if (!refined && moved < 1e-2) {
            refined = true;
            for (double logged : log_v) far = far || std::abs(logged) > 2;
        }
        set_v();
        // What is left to move: each move is at most this share of the one before. With an exact marginal there is no such
        // bound, and the last two moves tell.
        const double observed = moved_before > 0 ? std::clamp(moved / moved_before, 0.0, slowest) : slowest;
        const double ratio = slowest < 0.9999 ? slowest : observed;
        if (result.iterations > 1 && (moved * ratio / (1 - ratio) <= transport.tolerance || moved <= noise)) {
            result.converged = true;
            if (!far) break;
        }
        moved_before = std::isinf(moved) ? 0 : moved;
        if (shifts && !result.converged) {
            double token_weight = 0, prototype_weight = 0;
            for (int64_t block = 0; block < block_count; block++) token_weight += weights[block];
            for (int64_t k = 0; k < prototypes; k++)
                prototype_weight += std::exp(-(beta[k] + epsilon * log_v[k]) / rho[1]);
            double shift = rho[0] * rho[1] / (rho[0] + rho[1])
                * std::log((token_weight / static_cast<double>(tokens)) / (prototype_weight / static_cast<double>(prototypes)));
            if (std::isfinite(shift)) {
                for (double &logged : log_v) {
                    logged -= shift / epsilon;
                    // A small ε makes much of a shift.
                    far = far || std::abs(logged) > 2 * reach;
                }
                set_v();
            }
        }
        if (far) {
            for (int64_t k = 0; k < prototypes; k++) {
                beta[k] += epsilon * log_v[k];
                log_v[k] = 0;
            }
            std::vector<Real> before = absorbed;
            absorb();
            set_v();
            for (int64_t i = 0; i < tokens; i++)
                log_u[i] += static_cast<Real>((static_cast<double>(before[i]) - absorbed[i]) / epsilon);
            // The next iteration finds u against the new kernel, and how far it is from the limit.
            result.converged = false;
        }
    }
    // Where the iterations ran out, v or the kernel may have moved since u was found.
    if (!result.converged) iterate_tokens();

    std::vector<double> block_sums(block_count * prototypes), terms(block_count * 3);
    blocks(block_count, [&](int64_t block) {
        range(block, [&](int64_t begin, int64_t end) {
            fill_plan(
                rows, begin, end, v.data(), log_u.data(), u.data(), static_cast<Real>(epsilon), plan,
                &block_sums[block * prototypes], &terms[block * 3]);
        });
    });
    double token_terms[3] = {0, 0, 0};
    std::fill(column_mass, column_mass + prototypes, 0);
    for (int64_t block = 0; block < block_count; block++) {
        for (int term = 0; term < 3; term++) token_terms[term] += terms[block * 3 + term];
        for (int64_t k = 0; k < prototypes; k++) column_mass[k] += block_sums[block * prototypes + k];
    }
    // ⟨T, C⟩ + ε KL(T‖abᵀ) = Σ f_i r_i + Σ g_k c_k − ε (mass − 1), since ε log(T_ik/a_i b_k) = f_i + g_k − C_ik.
    double value = token_terms[0] - epsilon * (token_terms[1] - 1);
    for (int64_t k = 0; k < prototypes; k++) {
        potential[k] = beta[k] + epsilon * log_v[k];
        value += potential[k] * column_mass[k];
        if (!std::isinf(rho[1])) value += rho[1] * divergence(column_mass[k], 1.0 / static_cast<double>(prototypes));
    }
    if (!std::isinf(rho[0])) value += rho[0] * token_terms[2];
    if (token_potential)
        for (int64_t i = 0; i < tokens; i++) token_potential[i] = absorbed[i] + epsilon * log_u[i];
    result.value = value;
    result.converged = result.converged && std::isfinite(value);
    return result;
}

template TransportResult solve_transport<float>(
    const Transport &, const float *, int64_t, int64_t, double *, float *, double *, double *, const Blocks &);
template TransportResult solve_transport<double>(
    const Transport &, const double *, int64_t, int64_t, double *, double *, double *, double *, const Blocks &);

} // namespace ctorch
