using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Models;

namespace Parley.Dialects.Splicing;

/// <summary>
/// The edits without which a model would answer 400 to a request in its own dialect: what it refuses is taken out and reported, a
/// limit gets the name that the model knows. A refused setting that only says the default goes without a report: nothing is lost.
/// </summary>
/// <remarks>What cannot be mended in place is left for the provider to refuse: instructions to o1-mini, a started answer for Claude 4.6.</remarks>
public static class RequestQuirks
{
    private const string Refused = TranslationLoss.ModelRefuses;

    /// <summary>Puts the edits into <paramref name="splicer"/>. Returns what was lost by them; null when nothing was.</summary>
    public static LossReport? Apply(ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, Dialect dialect, ModelTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        if (!traits.HasRequestQuirks) return null;
        LossReport? losses = null;
        switch (dialect)
        {
            case Dialect.OpenAIChat:
                Sampling(ref splicer, body, in envelope, Samples(body, in envelope, traits), traits, ref losses);
                Chat(ref splicer, body, in envelope, traits, ref losses);
                break;
            case Dialect.OpenAIResponses:
                Sampling(ref splicer, body, in envelope, Samples(body, in envelope, traits), traits, ref losses);
                break;
            case Dialect.AnthropicMessages:
                Sampling(ref splicer, body, in envelope, isTaken: false, traits, ref losses);
                Thinking(ref splicer, body, in envelope, traits, ref losses);
                break;
        }

        return losses;
    }

    private static void Sampling(
        ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, bool isTaken, ModelTraits traits, ref LossReport? losses)
    {
        if (!isTaken && traits.RefusesTemperature) Drop(ref splicer, body, in envelope, EnvelopeProperty.Temperature, 1, ref losses);
        if (!isTaken && traits.RefusesTopP)
        {
            Drop(ref splicer, body, in envelope, EnvelopeProperty.TopP, 1, ref losses);
            Drop(ref splicer, body, in envelope, EnvelopeProperty.TopK, double.NaN, ref losses);
        }

        if (!isTaken && traits.RefusesPenalties)
        {
            Drop(ref splicer, body, in envelope, EnvelopeProperty.Logprobs, double.NaN, ref losses);
            Drop(ref splicer, body, in envelope, EnvelopeProperty.TopLogprobs, 0, ref losses);
        }

        // "`temperature` and `top_p` cannot both be specified for this model": temperature is what people mean more often.
        if (traits is { RefusesTemperatureWithTopP: true, RefusesTopP: false } && IsSet(in envelope, EnvelopeProperty.Temperature) && IsSet(in envelope, EnvelopeProperty.TopP))
        {
            splicer.Remove(EnvelopeProperty.TopP);
            if (!IsDefault(body, in envelope, EnvelopeProperty.TopP, 1)) Lose(ref losses, "top_p", "the model takes it only without temperature");
        }
    }

    private static void Chat(ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, ModelTraits traits, ref LossReport? losses)
    {
        if (traits.RefusesPenalties)
        {
            Drop(ref splicer, body, in envelope, EnvelopeProperty.FrequencyPenalty, 0, ref losses);
            Drop(ref splicer, body, in envelope, EnvelopeProperty.PresencePenalty, 0, ref losses);
            Drop(ref splicer, body, in envelope, EnvelopeProperty.LogitBias, double.NaN, ref losses);
        }

        if (traits.RefusesStop) Drop(ref splicer, body, in envelope, EnvelopeProperty.Stop, double.NaN, ref losses);
        if (traits.WantsMaxCompletionTokens) Rename(ref splicer, in envelope, EnvelopeProperty.MaxTokens, EnvelopeProperty.MaxCompletionTokens, "\"max_completion_tokens\""u8, ref losses);
        if (traits.WantsMaxTokens) Rename(ref splicer, in envelope, EnvelopeProperty.MaxCompletionTokens, EnvelopeProperty.MaxTokens, "\"max_tokens\""u8, ref losses);
    }

    private static void Rename(
        ref RequestSplicer splicer, in RequestEnvelope envelope, EnvelopeProperty from, EnvelopeProperty to, ReadOnlySpan<byte> name, ref LossReport? losses)
    {
        if (!envelope.Has(from)) return;
        if (!envelope.Has(to))
        {
            splicer.Rename(from, name);
            return;
        }

        // Both: the name that the model knows counts.
        splicer.Remove(from);
        if (IsSet(in envelope, from)) Lose(ref losses, EnvelopeNames.WireName(from), $"the model knows only {EnvelopeNames.WireName(to)}");
    }

    // Opus 4.7: `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort"`.
    private static void Thinking(ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, ModelTraits traits, ref LossReport? losses)
    {
        if (traits.Reasoning != ReasoningStyle.Adaptive || envelope.Kind(EnvelopeProperty.Thinking) != JsonTokenType.StartObject) return;
        var thinking = envelope.Value(EnvelopeProperty.Thinking).Of(body);
        var type = JsonMember.Of(thinking, "type"u8, out _);
        if (type.SequenceEqual("\"disabled\""u8) && !traits.CanStopReasoning)
        {
            splicer.Remove(EnvelopeProperty.Thinking);
            Lose(ref losses, "thinking.type", "the model cannot stop thinking");
        }

        if (!type.SequenceEqual("\"enabled\""u8)) return;
        splicer.Replace(EnvelopeProperty.Thinking, Adaptive(JsonMember.Of(thinking, "display"u8, out _)));
        var budget = Number(JsonMember.Of(thinking, "budget_tokens"u8, out _));
        if (budget is null) return;
        Lose(ref losses, "thinking.budget_tokens", "the model takes an effort in its place");
        if (!envelope.Has(EnvelopeProperty.OutputConfig)) splicer.Add(Effort(budget.Value, Number(envelope.Value(EnvelopeProperty.MaxTokens).Of(body)) ?? 0));
    }

    private static ReadOnlySpan<byte> Adaptive(ReadOnlySpan<byte> display) =>
        display.SequenceEqual("\"omitted\""u8) ? "{\"type\":\"adaptive\",\"display\":\"omitted\"}"u8
        : display.SequenceEqual("\"summarized\""u8) ? "{\"type\":\"adaptive\",\"display\":\"summarized\"}"u8
        : "{\"type\":\"adaptive\"}"u8;

    private static ReadOnlySpan<byte> Effort(double budget, double maxTokens) => EffortBudget.ToEffort((long)budget, (long)maxTokens).ToText() switch
    {
        "low" => "\"output_config\":{\"effort\":\"low\"}"u8,
        "medium" => "\"output_config\":{\"effort\":\"medium\"}"u8,
        _ => "\"output_config\":{\"effort\":\"high\"}"u8,
    };

    // gpt-5.1 and later sample while the effort is none, and none is what they take when it is not said.
    internal static bool Samples(ReadOnlySpan<byte> body, in RequestEnvelope envelope, ModelTraits traits)
    {
        if (!traits.SamplesWithoutEffort) return false;
        var effort = envelope.Value(EnvelopeProperty.ReasoningEffort).Of(body);
        if (effort.IsEmpty) effort = JsonMember.Of(envelope.Value(EnvelopeProperty.Reasoning).Of(body), "effort"u8, out _);
        return effort.IsEmpty || effort.SequenceEqual("null"u8) || effort.SequenceEqual("\"none\""u8);
    }

    private static void Drop(
        ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, EnvelopeProperty property, double byDefault, ref LossReport? losses)
    {
        if (!envelope.Has(property)) return;
        splicer.Remove(property);
        if (!IsDefault(body, in envelope, property, byDefault)) Lose(ref losses, EnvelopeNames.WireName(property), Refused);
    }

    internal static bool IsSet(in RequestEnvelope envelope, EnvelopeProperty property) => envelope.Kind(property) is not (JsonTokenType.None or JsonTokenType.Null);

    // A null, a false or an empty list asks for nothing.
    private static bool IsDefault(ReadOnlySpan<byte> body, in RequestEnvelope envelope, EnvelopeProperty property, double byDefault)
    {
        var value = envelope.Value(property).Of(body);
        return envelope.Kind(property) switch
        {
            JsonTokenType.Null or JsonTokenType.False => true,
            JsonTokenType.Number => Number(value) == byDefault,
            JsonTokenType.StartArray or JsonTokenType.StartObject => value[1..^1].Trim(" \n\r\t"u8).IsEmpty,
            _ => false,
        };
    }

    private static double? Number(ReadOnlySpan<byte> json) =>
        System.Buffers.Text.Utf8Parser.TryParse(json, out double number, out var read) && read == json.Length && double.Abs(number) < 1e15 ? number : null;

    private static void Lose(ref LossReport? losses, string field, string reason) => (losses ??= new LossReport()).Add(field, reason);
}
