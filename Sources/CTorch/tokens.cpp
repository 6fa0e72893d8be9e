// Operators on the tokens of a batch of bags, with gradients of their own: how tokens are made from patches, their
// cosines with prototypes, and what is gathered from them.
//
// Whoever reads tokens hands them on, and the next reader takes them from there: gradients then come back through one
// reader after the other, each of which adds its own to the same memory.
#include "functions.h"

#include <algorithm>

using namespace ctorch;

namespace {

/// What meets tokens in a product: in their precision.
Tensor alike(const Tensor &x, const Tensor &tokens) {
    return tokens.scalar_type() == at::kBFloat16 && x.scalar_type() != at::kBFloat16 ? rounded(x) : x;
}

/// What came out of such a product, in single precision again where it was narrow.
Tensor widened(const Tensor &x) { return x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x; }

// MARK: Making tokens

/// X Wᵀ + bias, ReLU, layer norm, dropout. X is what was measured and has no gradient; it may lie in several pieces, one below
/// the other, and the product is in its precision.
struct RectifiedLayer : Function<RectifiedLayer> {
    static Tensor forward(
        AutogradContext *context, const std::vector<Tensor> &pieces, const Tensor &weight, const Tensor &bias,
        const Tensor &scale, const Tensor &shift, const Tensor &mask, double magnification) {
        auto sums = products(pieces, weight);
        const int64_t rows = sums.size(0), width = sums.size(1);
        auto options = sums.options().dtype(at::kFloat);
        auto y = at::empty(sums.sizes(), options);
        auto mean = at::empty({rows}, options), rstd = at::empty({rows}, options);
        auto with = [&](const auto *values) {
            rectified_norm(
                values, rows, width, bias.const_data_ptr<float>(), scale.const_data_ptr<float>(),
                shift.const_data_ptr<float>(), mask_of(mask), static_cast<float>(magnification),
                y.mutable_data_ptr<float>(), mean.mutable_data_ptr<float>(), rstd.mutable_data_ptr<float>(), on_threads);
        };
        if (sums.scalar_type() == at::kBFloat16) with(halves(sums));
        else with(sums.const_data_ptr<float>());
        variable_list kept{sums, bias, scale, mask, mean, rstd};
        kept.insert(kept.end(), pieces.begin(), pieces.end());
        context->save_for_backward(kept);
        context->saved_data["magnification"] = magnification;
        return y;
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &sums = saved[0], &bias = saved[1], &scale = saved[2], &mask = saved[3], &mean = saved[4],
                     &rstd = saved[5];
        const int64_t rows = sums.size(0), width = sums.size(1);
        // The gradient of the sums takes their place: nobody reads them after.
        auto of_sums = sums;
        const auto given = gradients[0].contiguous();
        auto of_bias = at::empty_like(bias), of_scale = at::empty_like(scale), of_shift = at::empty_like(scale);
        auto with = [&](auto *values) {
            rectified_norm_backward(
                values, rows, width, bias.const_data_ptr<float>(), scale.const_data_ptr<float>(), mask_of(mask),
                static_cast<float>(context->saved_data["magnification"].toDouble()), mean.const_data_ptr<float>(),
                rstd.const_data_ptr<float>(), given.const_data_ptr<float>(), of_bias.mutable_data_ptr<float>(),
                of_scale.mutable_data_ptr<float>(), of_shift.mutable_data_ptr<float>(), on_threads);
        };
        if (sums.scalar_type() == at::kBFloat16) with(mutable_halves(of_sums));
        else with(of_sums.mutable_data_ptr<float>());
        Tensor of_weight;
        int64_t start = 0;
        for (size_t piece = 6; piece < saved.size(); piece++) {
            const Tensor &x = saved[piece];
            auto part = widened(at::mm(of_sums.narrow(0, start, x.size(0)).t(), x));
            of_weight = of_weight.defined() ? of_weight.add_(part) : part;
            start += x.size(0);
        }
        return {{}, of_weight, of_bias, of_scale, of_shift, {}, {}};
    }

    /// X Wᵀ, where X is never copied into one piece.
    static Tensor products(const std::vector<Tensor> &pieces, const Tensor &weight) {
        const auto w = pieces[0].scalar_type() == at::kBFloat16 ? rounded(weight) : plain(weight);
        if (pieces.size() == 1) return product(pieces[0], w);
        int64_t rows = 0;
        for (const auto &x : pieces) rows += x.size(0);
        auto sums = at::empty({rows, w.size(0)}, pieces[0].options());
        int64_t start = 0;
        for (const auto &x : pieces) {
            sums.narrow(0, start, x.size(0)).copy_(product(x, w));
            start += x.size(0);
        }
        return sums;
    }
};

// MARK: Cosines with prototypes

/// cos(W h, p) of every token h and prototype p, without making W h where tokens are many:
///
///     W h · p̂ = h · (p̂ W),   |W h|² = h (WᵀW) hᵀ
///
/// so that what is large is H (WᵀW), and for the gradient of W, with g that of the squared lengths, Hᵀ diag(g) H. Where tokens
/// are few, it is H Wᵀ and, for the gradients, diag(g) H Wᵀ times W and times H.
///
/// Narrow tokens have part in these and in the gradient of the prototypes. The cosines themselves, which the transport
/// divides by a small ε, are not rounded.
struct PrototypeCosines : Function<PrototypeCosines> {
    static variable_list forward(
        AutogradContext *context, const Tensor &tokens, const Tensor &read, const Tensor &weight,
        const Tensor &prototypes) {
        auto h = plain(tokens), w = plain(weight);
        const int64_t rows = h.size(0), width = h.size(1), count = prototypes.size(0);
        const Unit unit(prototypes);
        auto directions = at::mm(unit.vectors, w);
        auto cosines = at::mm(h, directions.t());
        auto squares = at::empty({rows}, h.options());
        const bool is_narrow = read.scalar_type() == at::kBFloat16;
        // WᵀW and its gradient are made in single precision, which costs twice as much.
        const bool many = rows >= (is_narrow ? 4 : 2) * width;
        const auto products = product(read, alike(many ? at::mm(w.t(), w) : w, read));
        auto square = [&](const auto *a, const auto *b) {
            row_products(a, b, rows, products.size(1), squares.mutable_data_ptr<float>(), on_threads);
        };
        auto with = [&](const auto *values) {
            if (many) square(values, h.const_data_ptr<float>());
            else square(values, values);
        };
        if (is_narrow) with(halves(products));
        else with(products.const_data_ptr<float>());
        cosine_rows(squares.const_data_ptr<float>(), rows, count, cosines.mutable_data_ptr<float>(), on_threads);
        context->save_for_backward(
            {h, read, w, products, squares, directions, cosines, unit.vectors, unit.lengths});
        context->saved_data["many"] = many;
        context->set_materialize_grads(false);
        return {tokens, cosines};
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &h = saved[0], &read = saved[1], &w = saved[2], &products = saved[3], &squares = saved[4],
                     &directions = saved[5], &cosines = saved[6];
        if (!gradients[1].defined()) return {gradients[0], {}, {}, {}};
        const Unit unit(saved[7], saved[8]);
        const int64_t rows = h.size(0), width = h.size(1), count = cosines.size(1);
        auto given = plain(gradients[1]);
        auto of_scores = at::empty_like(cosines), of_squares = at::empty_like(squares);
        cosine_rows_backward(
            given.const_data_ptr<float>(), cosines.const_data_ptr<float>(), squares.const_data_ptr<float>(), rows, count,
            of_scores.mutable_data_ptr<float>(), of_squares.mutable_data_ptr<float>(), on_threads);
        Tensor of_tokens;
        if (gradients[0].defined()) of_tokens = to_add_to(gradients[0]).addmm_(of_scores, directions);
        else of_tokens = at::mm(of_scores, directions);
        auto of_directions = widened(at::mm(alike(of_scores, read).t(), read));
        auto of_weight = at::mm(unit.vectors.t(), of_directions);
        // Twice the gradient of the squares times what they are of takes the products' place: nobody reads them after.
        auto scaled = products;
        const bool is_narrow = read.scalar_type() == at::kBFloat16;
        if (!context->saved_data["many"].toBool()) {
            const auto factors = of_squares * 2;
            const float *factor = factors.const_data_ptr<float>();
            if (is_narrow) {
                scale_rows(mutable_halves(scaled), factor, rows, scaled.size(1), on_threads);
                const auto through = at::mm(scaled, rounded(w));
                add_widened(halves(through), through.numel(), of_tokens.mutable_data_ptr<float>(), on_threads);
                of_weight.add_(widened(at::mm(scaled.t(), read)));
            } else {
                scale_rows(scaled.mutable_data_ptr<float>(), factor, rows, scaled.size(1), on_threads);
                of_tokens.addmm_(scaled, w);
                of_weight.addmm_(scaled.t(), h);
            }
        } else {
            auto with = [&](auto *values) {
                squares_backward(
                    values, h.const_data_ptr<float>(), of_squares.const_data_ptr<float>(), rows, width,
                    of_tokens.mutable_data_ptr<float>(), on_threads);
            };
            if (is_narrow) with(mutable_halves(scaled));
            else with(scaled.mutable_data_ptr<float>());
            of_weight.addmm_(w, widened(at::mm(scaled.t(), read)));
        }
        return {of_tokens, {}, of_weight, unit.backward(at::mm(of_directions, w.t()))};
    }
};

// MARK: Gathering

bool are_equal(const std::vector<int64_t> &counts) {
    return std::all_of(counts.begin(), counts.end(), [&](int64_t count) { return count == counts[0]; });
}

/// aᵀ b of tokens b, segment by segment: [rows, K] and [rows, d] → [segments, K, d].
Tensor gathered(const Tensor &factors, const Tensor &b, const std::vector<int64_t> &counts) {
    const auto segments = static_cast<int64_t>(counts.size());
    const auto a = alike(factors, b);
    if (segments == 1) return widened(at::mm(a.t(), b).unsqueeze(0));
    if (are_equal(counts))
        return widened(at::bmm(
            a.reshape({segments, counts[0], -1}).transpose(1, 2), b.reshape({segments, counts[0], b.size(1)})));
    auto result = at::empty({segments, a.size(1), b.size(1)}, b.options());
    int64_t start = 0;
    for (int64_t segment = 0; segment < segments; segment++) {
        auto out = result[segment];
        at::mm_out(out, a.narrow(0, start, counts[segment]).t(), b.narrow(0, start, counts[segment]));
        start += counts[segment];
    }
    return widened(result);
}

/// a b segment by segment: [rows, K] and [segments, K, d] → [rows, d]; added to `sum` where there is one. a may be tokens.
Tensor scattered(const Tensor &a, const Tensor &factors, const std::vector<int64_t> &counts, const Tensor &sum = {}) {
    const auto b = alike(factors, a);
    auto result = sum.defined() ? sum : at::empty({a.size(0), b.size(2)}, b.options());
    const auto segments = static_cast<int64_t>(counts.size());
    if (segments > 1 && are_equal(counts)) {
        auto out = result.view({segments, counts[0], b.size(2)});
        auto parts = a.reshape({segments, counts[0], a.size(1)});
        if (sum.defined()) out.baddbmm_(parts, b);
        else at::bmm_out(out, parts, b);
        return widened(result);
    }
    int64_t start = 0;
    for (int64_t segment = 0; segment < segments; segment++) {
        auto out = result.narrow(0, start, counts[segment]);
        auto part = a.narrow(0, start, counts[segment]);
        if (sum.defined()) out.addmm_(part, b[segment]);
        else at::mm_out(out, part, b[segment]);
        start += counts[segment];
    }
    return widened(result);
}

/// The products of each token with its segment's few vectors: [rows, d] and [segments, views, d] → [rows, views].
Tensor with_vectors(const Tensor &tokens, const Tensor &vectors, const std::vector<int64_t> &counts) {
    const int64_t width = tokens.size(1), views = vectors.size(1);
    auto result = at::empty({tokens.size(0), views}, vectors.options());
    const float *given = vectors.const_data_ptr<float>();
    float *products = result.mutable_data_ptr<float>();
    auto with = [&](const auto *values) {
        for (int64_t count : counts) {
            vector_products(values, given, count, width, views, products, on_threads);
            values += count * width, given += views * width, products += count * views;
        }
    };
    if (tokens.scalar_type() == at::kBFloat16) with(halves(tokens));
    else with(tokens.const_data_ptr<float>());
    return result;
}

/// weightsᵀ tokens of each segment.
struct Gathering : Function<Gathering> {
    static variable_list forward(
        AutogradContext *context, const Tensor &tokens, const Tensor &read, const Tensor &weights,
        const std::vector<int64_t> &counts) {
        context->save_for_backward({read, weights});
        context->saved_data["counts"] = counts;
        context->set_materialize_grads(false);
        return {tokens, gathered(weights, read, counts)};
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        if (!gradients[1].defined()) return {gradients[0], {}, {}, {}};
        auto saved = context->get_saved_variables();
        auto counts = context->saved_data["counts"].toIntVector();
        auto given = gradients[1].contiguous();
        Tensor of_tokens, of_weights;
        if (context->needs_input_grad(0))
            of_tokens = scattered(saved[1], given, counts, gradients[0].defined() ? to_add_to(gradients[0]) : Tensor());
        if (context->needs_input_grad(2)) of_weights = scattered(saved[0], given.transpose(1, 2), counts);
        return {of_tokens, {}, of_weights, {}};
    }
};

/// What anchors gather by attention, once for every mask: softmax of the scores over the tokens that a mask leaves, its mean
/// over the anchors, the tokens weighted by it.
struct AnchorAttention : Function<AnchorAttention> {
    /// @param queries [anchors, d], scaled, whose products with the tokens are the scores; or empty, and then
    /// @param own [tokens of a bag, anchors] are the scores of each bag.
    /// @param masks one a view, empty where nothing is left out.
    static variable_list forward(
        AutogradContext *context, const Tensor &tokens, const Tensor &read, const Tensor &queries, const Tensor &own,
        const std::vector<Tensor> &masks, const std::vector<int64_t> &counts) {
        const auto segments = static_cast<int64_t>(counts.size()), views = static_cast<int64_t>(masks.size());
        const bool asks = queries.numel() > 0;
        const int64_t rows = read.size(0), anchors = asks ? queries.size(0) : own.size(1);
        // Of which exponentials are taken: not rounded.
        auto scores = asks ? at::mm(plain(tokens), queries.t()) : segments == 1 ? own.contiguous() : own.repeat({segments, 1});
        auto shares = at::empty({views, rows, anchors}, scores.options());
        auto weights = at::empty({rows, views}, scores.options());
        for (int64_t view = 0; view < views; view++) {
            float *out = shares.mutable_data_ptr<float>() + view * rows * anchors;
            segment_softmax(scores.const_data_ptr<float>(), counts.data(), segments, anchors, mask_of(masks[view]), out);
            row_means(out, rows, anchors, weights.mutable_data_ptr<float>() + view, views);
        }
        auto pooled = gathered(weights, read, counts);
        context->save_for_backward({read, queries, shares, weights});
        context->saved_data["counts"] = counts;
        context->set_materialize_grads(false);
        return {tokens, pooled, weights};
    }
    static variable_list backward(AutogradContext *context, variable_list gradients) {
        if (!gradients[1].defined() && !gradients[2].defined()) return {gradients[0], {}, {}, {}, {}, {}};
        auto saved = context->get_saved_variables();
        const Tensor &read = saved[0], &queries = saved[1], &shares = saved[2], &weights = saved[3];
        auto counts = context->saved_data["counts"].toIntVector();
        const auto segments = static_cast<int64_t>(counts.size());
        const bool asks = queries.numel() > 0;
        const int64_t rows = read.size(0), anchors = shares.size(2), views = weights.size(1);
        auto given = gradients[1].defined() ? gradients[1].contiguous()
                                            : at::zeros({segments, views, read.size(1)}, weights.options());
        auto of_weights = with_vectors(read, given, counts);
        if (gradients[2].defined()) of_weights.add_(gradients[2]);
        auto of_scores = at::zeros({rows, anchors}, weights.options());
        for (int64_t view = 0; view < views; view++)
            mean_softmax_backward(
                shares.const_data_ptr<float>() + view * rows * anchors,
                of_weights.const_data_ptr<float>() + view, views, counts.data(), segments, anchors,
                of_scores.mutable_data_ptr<float>());
        Tensor of_tokens;
        if (context->needs_input_grad(0)) {
            // weights · ∂pooled + ∂scores · queries, as one product.
            auto left = asks ? at::cat({weights, of_scores}, 1) : weights;
            auto right = asks ? at::cat({given, queries.unsqueeze(0).expand({segments, -1, -1})}, 1) : given;
            of_tokens = scattered(left, right, counts, gradients[0].defined() ? to_add_to(gradients[0]) : Tensor());
        }
        Tensor of_queries, of_own;
        if (asks) of_queries = widened(at::mm(alike(of_scores, read).t(), read));
        else of_own = of_scores.view({segments, -1, anchors}).sum(0);
        return {of_tokens, {}, of_queries, of_own, {}, {}};
    }
};

/// What products read of tokens: the narrow ones, where there are any. Gradients are of the tokens themselves.
Tensor read(const Tensor &tokens, const CTTensor *narrow) { return narrow ? near(narrow) : plain(tokens).detach(); }

} // namespace

extern "C" {

int ct_rectified_layer(
    CTTensor *const *pieces, size_t count, const CTTensor *weight, const CTTensor *bias, const CTTensor *scale,
    const CTTensor *shift, double probability, CTGenerator *generator, CTTensor **result) {
    return guarded([&] {
        const auto inputs = weight->value.size(1), width = weight->value.size(0);
        require(
            scale->value.numel() == width && shift->value.numel() == width && bias->value.numel() == width,
            "bias, scale and shift of another width");
        require(count > 0, "no features");
        std::vector<Tensor> list;
        int64_t rows = 0;
        for (size_t piece = 0; piece < count; piece++) {
            list.push_back(near(pieces[piece]).contiguous());
            const Tensor &x = list.back();
            require(x.dim() == 2 && x.size(1) == inputs, "features and weights of different width");
            require(x.scalar_type() == list[0].scalar_type(), "features in different precisions");
            rows += x.size(0);
        }
        Tensor mask = no_mask();
        double magnification = 1;
        if (generator && probability > 0) {
            mask = drawn_mask(generator->value, {rows, width}, 1 - probability);
            magnification = 1.0f / static_cast<float>(1 - probability);
        }
        auto tokens = RectifiedLayer::apply(
            list, near(weight), plain(near(bias)), plain(near(scale)), plain(near(shift)), mask, magnification);
        *result = new CTTensor{tokens.to(weight->value.device())};
    });
}

int ct_prototype_cosines(
    const CTTensor *tokens, const CTTensor *narrow, const CTTensor *weight, const CTTensor *prototypes, CTTensor **passed,
    CTTensor **cosines) {
    return guarded([&] {
        auto h = near(tokens);
        auto results = PrototypeCosines::apply(h, read(h, narrow), near(weight), near(prototypes));
        *passed = new CTTensor{results[0].to(tokens->value.device())};
        *cosines = new CTTensor{results[1].to(tokens->value.device())};
    });
}

int ct_gathered(
    const CTTensor *tokens, const CTTensor *narrow, const CTTensor *weights, const int64_t *counts, size_t segments,
    CTTensor **passed, CTTensor **result) {
    return guarded([&] {
        auto list = counts_of(counts, segments, tokens->value);
        require(weights->value.dim() == 2 && weights->value.size(0) == tokens->value.size(0), "weights of other rows");
        auto results = Gathering::apply(
            tokens->value, narrow ? narrow->value : tokens->value.detach(), weights->value, list);
        *passed = new CTTensor{results[0]};
        *result = new CTTensor{results[1]};
    });
}

int ct_anchor_attention(
    const CTTensor *tokens, const CTTensor *narrow, const CTTensor *queries, const CTTensor *own,
    CTTensor *const *left_out, size_t views, const int64_t *counts, size_t segments, CTTensor **passed,
    CTTensor **pooled, CTTensor **weights) {
    return guarded([&] {
        auto list = counts_of(counts, segments, tokens->value);
        std::vector<Tensor> masks;
        for (size_t view = 0; view < views; view++) {
            masks.push_back(left_out[view] ? near(left_out[view]).to(at::kByte).contiguous() : no_mask());
            require(!left_out[view] || masks[view].numel() == tokens->value.size(0), "a mask that does not fit the rows");
        }
        require((queries == nullptr) != (own == nullptr), "scores come of queries or are given");
        require(!own || (are_equal(list) && own->value.size(0) == list[0]), "scores of other tokens");
        const auto none = at::empty({0}, at::TensorOptions().dtype(at::kFloat));
        auto h = near(tokens);
        auto results = AnchorAttention::apply(
            h, read(h, narrow), queries ? near(queries) : none, own ? near(own) : none, masks, list);
        *passed = new CTTensor{results[0].to(tokens->value.device())};
        *pooled = new CTTensor{results[1].to(tokens->value.device())};
        *weights = new CTTensor{results[2].to(tokens->value.device())};
    });
}
}
