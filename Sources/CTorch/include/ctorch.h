// libtorch for Swift: tensors as opaque handles, operators called by their ATen name.
//
// Every function that can fail returns 0 on success and -1 on failure; ct_last_error() then gives the message
// (per thread, cleared by reading).
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One reference to a tensor; ct_tensor_release gives it back.
typedef struct CTTensor CTTensor;
/// A source of random numbers; ct_generator_release gives it back.
typedef struct CTGenerator CTGenerator;

typedef enum CTScalarType {
    CT_FLOAT32 = 0, CT_FLOAT64 = 1, CT_INT64 = 2, CT_BOOL8 = 3, CT_OTHER = 4, CT_BFLOAT16 = 5
} CTScalarType;

typedef enum CTArgumentKind {
    CT_ARGUMENT_NONE,
    CT_ARGUMENT_TENSOR,
    CT_ARGUMENT_DOUBLE,
    CT_ARGUMENT_INTEGER,
    CT_ARGUMENT_BOOLEAN,
    CT_ARGUMENT_INTEGERS,
    CT_ARGUMENT_TENSORS,
    CT_ARGUMENT_SCALAR_TYPE,
    CT_ARGUMENT_GENERATOR,
    CT_ARGUMENT_STRING,
} CTArgumentKind;

/// One argument of an operator. `count` is the length of `integers` or `tensors`.
typedef struct CTArgument {
    CTArgumentKind kind;
    int64_t count;
    union {
        CTTensor *tensor;
        double number;
        int64_t integer;
        bool boolean;
        const int64_t *integers;
        CTTensor *const *tensors;
        CTScalarType scalar_type;
        CTGenerator *generator;
        const char *string;
    };
} CTArgument;

/// Message of this thread's last failure, or NULL; valid until the thread's next call.
const char *ct_last_error(void);

/// Calls the operator `aten::name.overload`; arguments left out at the end take the schema's defaults. Writes at
/// most `capacity` tensors, in order, to `results`; a list result is written element by element. The names are
/// constants: their addresses stay good, and the same address is the same name.
int ct_call(
    const char *name, const char *overload, const CTArgument *arguments, size_t count, CTTensor **results,
    size_t capacity, size_t *produced);

/// A tensor of that type and shape with a copy of `data` (of `shape`'s product elements).
int ct_tensor_from_data(
    const void *data, CTScalarType type, const int64_t *shape, size_t dimensions, CTTensor **result);
/// A tensor over `data` itself, which is only read. `give_back(owner)` is called, on any thread, when no tensor uses it
/// any more.
int ct_tensor_lent(
    const void *data, CTScalarType type, const int64_t *shape, size_t dimensions, void *owner, void (*give_back)(void *),
    CTTensor **result);
void ct_tensor_release(CTTensor *tensor);
size_t ct_tensor_dimensions(const CTTensor *tensor);
void ct_tensor_shape(const CTTensor *tensor, int64_t *shape);
CTScalarType ct_tensor_scalar_type(const CTTensor *tensor);
/// Copies the elements, row-major and converted to `type`, to `data`.
int ct_tensor_copy_data(const CTTensor *tensor, CTScalarType type, void *data);

int ct_tensor_set_requires_grad(CTTensor *tensor, bool required);
bool ct_tensor_requires_grad(const CTTensor *tensor);
/// Adds the gradient of the scalar tensor to the leaves it was computed from.
int ct_tensor_backward(CTTensor *tensor);
/// The accumulated gradient, or NULL in `result` when there is none.
int ct_tensor_grad(const CTTensor *tensor, CTTensor **result);
void ct_tensor_clear_grad(CTTensor *tensor);

/// Switches the recording of gradients on this thread and returns what it was.
bool ct_set_grad_enabled(bool enabled);

int ct_generator_create(uint64_t seed, CTGenerator **result);
void ct_generator_release(CTGenerator *generator);

/// One AdamW update of all parameters that have a gradient, in one call. `steps` holds one float tensor per parameter, which is
/// advanced. `moved` gets false when there is no gradient or an element of one is infinite or NaN; nothing has changed then.
int ct_adamw_step(
    CTTensor *const *parameters, CTTensor *const *first_moments, CTTensor *const *second_moments, CTTensor *const *steps,
    size_t count, double learning_rate, double beta1, double beta2, double weight_decay, double epsilon, bool *moved);

// Operators of our own, with gradients. They take single precision unless they say more.

/// Bytes that are 1 where a uniform number, as aten::rand draws it, is below `probability`.
int ct_bernoulli(CTGenerator *generator, const int64_t *shape, size_t dimensions, double probability, CTTensor **result);
/// Elements set to 0 with that probability, the others magnified by 1/(1 − probability).
int ct_dropout(const CTTensor *x, double probability, CTGenerator *generator, CTTensor **result);
/// SELU, then alpha dropout; a null generator leaves the dropout out.
int ct_selu_alpha_dropout(const CTTensor *x, double probability, CTGenerator *generator, CTTensor **result);
/// Of each set its features of values [patients, features], which get no gradient, times its weights [sets, longest, width]:
/// [sets, patients, width]. `features` has as many indices as there are sets times longest; those beyond the values are 0.
int ct_set_product(const CTTensor *values, const CTTensor *features, const CTTensor *weight, CTTensor **result);
/// Of square matrices [..., n, n] Z ← ¼ Z (13 I − A Z (15 I − A Z (7 I − A Z))), so many times from a start for each.
int ct_pseudoinverse(const CTTensor *a, const CTTensor *start, int64_t iterations, CTTensor **result);
/// x Wᵀ + bias, of x [..., in] and W [out, in], in their precision; the bias may be null.
int ct_linear(const CTTensor *x, const CTTensor *weight, const CTTensor *bias, CTTensor **result);
/// x Wᵀ in bfloat16, of x [..., in] in bfloat16, which gets no gradient, and W [out, in] in single precision.
int ct_narrow_product(const CTTensor *x, const CTTensor *weight, CTTensor **result);
/// 1 where such products are faster than those in single precision, 0 where the processor has no instructions for them, -1
/// when tensors are made elsewhere than in the processor's memory.
int ct_narrow_products(void);
/// The vectors along the last dimension divided by their lengths, by 1e-3 where they are shorter.
int ct_normalized(const CTTensor *x, CTTensor **result);

// The terms between embeddings [patients, width] of the same patients. A memory [remembered, width] may be null.

/// The mean, over patients and both directions, of −log of the share that a patient's own pair has among all pairs by
/// exp(cosine/temperature); what is remembered has length 1. `own_in_x` [patients, remembered] is true where a remembered row is of the very patient, which is
/// then left out; null where none is.
int ct_contrast(
    const CTTensor *x, const CTTensor *y, const CTTensor *memory_x, const CTTensor *memory_y, const CTTensor *own_in_x,
    const CTTensor *own_in_y, double temperature, CTTensor **result);
/// mean |x − y|², and for both, with their memories, Σ_j max(0, 1 − sd_j) + 0.1 Σ_{j≠l} cov_jl² / width; the latter are left
/// out below two rows.
int ct_variance_invariance_covariance(
    const CTTensor *x, const CTTensor *y, const CTTensor *memory_x, const CTTensor *memory_y, CTTensor **result);
/// mean max(0, margin − cos(r, a_own) + max_{others} cos(r, a)), a the mean of a modality's unit anchors [anchors, width].
int ct_anchor_margin(
    const CTTensor *embedding, CTTensor *const *anchors, size_t modalities, size_t own, double margin, CTTensor **result);

// Tokens. Segments: the rows of a matrix are those of the first segment, then those of the second, …; `counts` says how many.
// What reads tokens hands them on in `passed`; where the next reader takes that, gradients gather in one place. `narrow` are the
// same tokens in bfloat16, or null: where given, they are what products take, together with other factors rounded alike, and
// what comes out is in single precision. Cosines and attention's scores, of which exponentials are taken, come of the tokens.

/// X Wᵀ + bias, ReLU, layer norm over the last dimension, dropout; a null generator leaves the dropout out. X, in single
/// precision or in bfloat16, is made of `count` pieces [rows, in], one below the other, and gets no gradient; the product has
/// its precision, the result is in single.
int ct_rectified_layer(
    CTTensor *const *pieces, size_t count, const CTTensor *weight, const CTTensor *bias, const CTTensor *scale,
    const CTTensor *shift, double probability, CTGenerator *generator, CTTensor **result);
/// cos(W h, p) of tokens h [rows, d] and prototypes p [K, d]: [rows, K].
int ct_prototype_cosines(
    const CTTensor *tokens, const CTTensor *narrow, const CTTensor *weight, const CTTensor *prototypes, CTTensor **passed,
    CTTensor **cosines);
/// weightsᵀ tokens of each segment: [rows, K] and [rows, d] → [segments, K, d]. In any precision.
int ct_gathered(
    const CTTensor *tokens, const CTTensor *narrow, const CTTensor *weights, const int64_t *counts, size_t segments,
    CTTensor **passed, CTTensor **result);
/// What anchors gather by attention, once for each of the `views`: the scores tokens · queriesᵀ [rows, anchors] or, where
/// `queries` is null, `own` [tokens, anchors] for each segment; their softmax over the segment's tokens but those that
/// `left_out` (bytes, or null) marks; its mean over anchors, `weights` [rows, views]. `pooled` [segments, views, d].
int ct_anchor_attention(
    const CTTensor *tokens, const CTTensor *narrow, const CTTensor *queries, const CTTensor *own,
    CTTensor *const *left_out, size_t views, const int64_t *counts, size_t segments, CTTensor **passed,
    CTTensor **pooled, CTTensor **weights);
/// shares [rows, K] times exp(E Pᵀ/√d), of keys E [tokens, d] of every segment, each column summing to 1 over a segment.
int ct_keyed_shares(const CTTensor *shares, const CTTensor *keys, const CTTensor *prototypes, CTTensor **result);
/// Σ_k π_k u_k, π = softmax_k(score · tanh(hidden u_k + bias)), of values u [patients, K, d]; π in `weights`.
int ct_gated_mean(
    const CTTensor *values, const CTTensor *hidden, const CTTensor *bias, const CTTensor *score, CTTensor **mean,
    CTTensor **weights);

typedef struct CTTransport {
    double epsilon;
    /// Infinity makes the marginal exact.
    double rho_token, rho_prototype;
    double tolerance;
    int64_t maximum_iterations;
} CTTransport;

typedef struct CTTransportResult {
    double value;
    int64_t iterations;
    bool converged;
} CTTransportResult;

/// Unbalanced transport of each segment's rows onto the columns, from costs [rows, columns] in single or double
/// precision.
///
/// `potentials` [bags, columns] are where the columns' potentials start, and then where they ended;
/// `token_potentials` [rows] may be null; `results` has a place for each bag. `plan` [rows, columns], `masses`
/// [bags, columns], the plan summed over rows, and `shares` [rows, columns], the plan divided by those, are constants; the
/// gradient of `value`, the bags' mean optimum, is the plan.
int ct_transport(
    const CTTensor *cost, const int64_t *counts, size_t bags, const CTTransport *parameters, double *potentials,
    double *token_potentials, CTTransportResult *results, CTTensor **plan, CTTensor **shares, CTTensor **masses,
    CTTensor **value);

/// Rounds to the nearest values of bfloat16, ties to even; on the caller's thread.
void ct_round_to_bfloat16(const float *values, int64_t count, uint16_t *results);

/// Reads a tensor that `torch.save` wrote.
int ct_tensor_unpickle(const char *path, CTTensor **result);

/// Where tensors are made from now on: "cpu", "cuda", or another name that libtorch knows. Numbers drawn from a generator
/// are drawn on the processor and brought there, so that a seed means the same everywhere.
int ct_set_device(const char *name);
/// GPUs that can be used: 0 when there are none, -1 when this libtorch was built without CUDA.
int ct_gpus(void);

void ct_set_threads(int threads);
int ct_threads(void);
const char *ct_version(void);

#ifdef __cplusplus
}
#endif
#endif
