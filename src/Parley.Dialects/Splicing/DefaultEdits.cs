using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Models;

namespace Parley.Dialects.Splicing;

/// <summary>
/// The edits that give a request the operator's defaults in its own dialect: only what the caller left open (<c>null</c> leaves it open
/// too), and never what the model refuses. To be put in after <see cref="RequestQuirks"/>. Allocates nothing.
/// </summary>
public static class DefaultEdits
{
    /// <summary>
    /// Puts the edits into <paramref name="splicer"/>. <paramref name="isOpenAI"/> says that the target is OpenAI's own API or Azure's, which
    /// know newer names than compatible servers.
    /// </summary>
    public static void Apply(
        ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, Dialect dialect, ModelTraits traits, bool isOpenAI, DefaultSettings settings)
    {
        ArgumentNullException.ThrowIfNull(traits);
        ArgumentNullException.ThrowIfNull(settings);
        var members = settings.Members;
        switch (dialect)
        {
            case Dialect.OpenAIChat:
                if (TakesTemperature(in envelope, traits, RequestQuirks.Samples(body, in envelope, traits)))
                    Set(ref splicer, in envelope, EnvelopeProperty.Temperature, members.Temperature, settings.Temperature.Span);
                Limit(ref splicer, in envelope, traits, isOpenAI, settings);
                ChatSystem(ref splicer, body, in envelope, isOpenAI && traits.WantsDeveloperRole ? members.DeveloperMessage : members.SystemMessage, traits);
                break;
            case Dialect.OpenAIResponses:
                if (TakesTemperature(in envelope, traits, RequestQuirks.Samples(body, in envelope, traits)))
                    Set(ref splicer, in envelope, EnvelopeProperty.Temperature, members.Temperature, settings.Temperature.Span);
                Set(ref splicer, in envelope, EnvelopeProperty.MaxOutputTokens, members.MaxOutputTokens, settings.MaxTokens.Span);
                // A prompt that OpenAI has stored holds instructions of its own.
                if (!RequestQuirks.IsSet(in envelope, EnvelopeProperty.Prompt) && !HasInstructions(body, in envelope, EnvelopeProperty.Input))
                    Set(ref splicer, in envelope, EnvelopeProperty.Instructions, members.Instructions, members.SystemText);
                break;
            case Dialect.AnthropicMessages:
                if (TakesTemperature(in envelope, traits, samples: false) && !Thinks(body, in envelope))
                    Set(ref splicer, in envelope, EnvelopeProperty.Temperature, members.TemperatureToOne, settings.TemperatureToOne.Span);
                Set(ref splicer, in envelope, EnvelopeProperty.MaxTokens, members.MaxTokens, settings.MaxTokens.Span);
                if (!HasInstructions(body, in envelope, EnvelopeProperty.Messages))
                    Set(ref splicer, in envelope, EnvelopeProperty.System, members.System, members.SystemText);
                break;
            case Dialect.GeminiContent:
                GeminiDefaults.Apply(ref splicer, body, in envelope, traits, settings);
                break;
        }
    }

    private static bool TakesTemperature(in RequestEnvelope envelope, ModelTraits traits, bool samples) =>
        (!traits.RefusesTemperature || samples)
        // The caller's own word would be the one to go.
        && !(traits.RefusesTemperatureWithTopP && RequestQuirks.IsSet(in envelope, EnvelopeProperty.TopP));

    // A thinking Claude takes 1 alone (docs, "Extended thinking: feature compatibility").
    private static bool Thinks(ReadOnlySpan<byte> body, in RequestEnvelope envelope) =>
        envelope.Kind(EnvelopeProperty.Thinking) == JsonTokenType.StartObject
        && !JsonMember.Of(envelope.Value(EnvelopeProperty.Thinking).Of(body), "type"u8, out _).SequenceEqual("\"disabled\""u8);

    private static void Limit(ref RequestSplicer splicer, in RequestEnvelope envelope, ModelTraits traits, bool isOpenAI, DefaultSettings settings)
    {
        if (!settings.MaxTokens.IsPresent) return;
        if (RequestQuirks.IsSet(in envelope, EnvelopeProperty.MaxTokens) || RequestQuirks.IsSet(in envelope, EnvelopeProperty.MaxCompletionTokens)) return;
        // Of a model that nobody knows: OpenAI's newest take the newer name alone, compatible servers know the older one.
        var isNew = traits.WantsMaxCompletionTokens || (isOpenAI && traits is { Family: ModelFamily.Unknown, WantsMaxTokens: false });
        var members = settings.Members;
        // A null under the other name would be given this one by the mending of names.
        splicer.Remove(isNew ? EnvelopeProperty.MaxTokens : EnvelopeProperty.MaxCompletionTokens);
        if (isNew) Set(ref splicer, in envelope, EnvelopeProperty.MaxCompletionTokens, members.MaxCompletionTokens, settings.MaxTokens.Span);
        else Set(ref splicer, in envelope, EnvelopeProperty.MaxTokens, members.MaxTokens, settings.MaxTokens.Span);
    }

    private static void ChatSystem(ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, ReadOnlySpan<byte> message, ModelTraits traits)
    {
        // A model without such a role has the text put into a message of the user's, which takes more than an edit.
        if (message.IsEmpty || traits.RefusesSystemRole || HasInstructions(body, in envelope, EnvelopeProperty.Messages)) return;
        splicer.Prepend(EnvelopeProperty.Messages, message);
    }

    private static void Set(ref RequestSplicer splicer, in RequestEnvelope envelope, EnvelopeProperty property, ReadOnlySpan<byte> member, ReadOnlySpan<byte> value)
    {
        if (member.IsEmpty || RequestQuirks.IsSet(in envelope, property)) return;
        if (envelope.Has(property)) splicer.Replace(property, value);
        else splicer.Add(member);
    }

    /// <summary>True when one of the messages or items is the system's or the developer's.</summary>
    private static bool HasInstructions(ReadOnlySpan<byte> body, in RequestEnvelope envelope, EnvelopeProperty list)
    {
        if (envelope.Kind(list) != JsonTokenType.StartArray) return false;
        var reader = new Utf8JsonReader(envelope.Value(list).Of(body));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (IsInstruction(ref reader)) return true;
        }

        return false;
    }

    private static bool IsInstruction(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = reader.ValueTextEquals("role"u8);
            reader.Read();
            if (isRole && reader.TokenType == JsonTokenType.String && (reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("developer"u8))) return true;
            reader.Skip();
        }

        return false;
    }
}
