using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Models;

namespace Parley.Dialects.Splicing;

/// <summary>
/// The operator's defaults in a Gemini request, whose settings stand in an object of their own. Google's JSON is that of protocol buffers:
/// every name may be in camel or in snake case, and a member that is given in both is an error of the caller's, which is left to Google.
/// </summary>
internal static class GeminiDefaults
{
    internal static void Apply(ref RequestSplicer splicer, ReadOnlySpan<byte> body, in RequestEnvelope envelope, ModelTraits traits, DefaultSettings settings)
    {
        var members = settings.Members;
        var place = envelope.Has(EnvelopeProperty.GenerationConfig) ? EnvelopeProperty.GenerationConfig : EnvelopeProperty.GenerationConfigInSnakeCase;
        var config = envelope.Value(place).Of(body);
        var temperature = !traits.RefusesTemperature && !IsSet(config, "temperature"u8, "temperature"u8);
        var limit = !IsSet(config, "maxOutputTokens"u8, "max_output_tokens"u8);
        var missing = temperature && limit && members.GeminiBoth.Length > 0 ? members.GeminiBoth
            : temperature && members.Temperature.Length > 0 ? members.Temperature
            : limit ? members.GeminiMaxTokens
            : [];
        if (missing.Length > 0) Config(ref splicer, in envelope, place, missing, traits.RefusesTemperature ? members.GeminiLimitConfig : members.GeminiConfig);
        System(ref splicer, in envelope, traits, members);
    }

    private static void Config(ref RequestSplicer splicer, in RequestEnvelope envelope, EnvelopeProperty place, byte[] missing, ReadOnlySpan<byte> whole)
    {
        if (!envelope.Has(place)) splicer.Add(whole);
        else if (envelope.Kind(place) == JsonTokenType.Null) splicer.Replace(place, whole[whole.IndexOf((byte)'{')..]);
        else splicer.Prepend(place, missing);
    }

    private static void System(ref RequestSplicer splicer, in RequestEnvelope envelope, ModelTraits traits, DefaultMembers members)
    {
        // "CachedContent can not be used with GenerateContent request setting system_instruction": the cache holds instructions of its own.
        if (members.SystemInstruction.Length == 0 || traits.RefusesSystemRole
            || RequestQuirks.IsSet(in envelope, EnvelopeProperty.CachedContent) || RequestQuirks.IsSet(in envelope, EnvelopeProperty.CachedContentInSnakeCase)
            || RequestQuirks.IsSet(in envelope, EnvelopeProperty.SystemInstruction) || RequestQuirks.IsSet(in envelope, EnvelopeProperty.SystemInstructionInSnakeCase))
            return;
        if (envelope.Has(EnvelopeProperty.SystemInstruction)) splicer.Replace(EnvelopeProperty.SystemInstruction, members.GeminiSystem);
        else if (envelope.Has(EnvelopeProperty.SystemInstructionInSnakeCase)) splicer.Replace(EnvelopeProperty.SystemInstructionInSnakeCase, members.GeminiSystem);
        else splicer.Add(members.SystemInstruction);
    }

    // A null is a member that is not there, but may not stand beside another of its name: then the caller's is left as it is.
    private static bool IsSet(ReadOnlySpan<byte> config, ReadOnlySpan<byte> camel, ReadOnlySpan<byte> snake) =>
        !JsonMember.Of(config, camel, out _).IsEmpty || !JsonMember.Of(config, snake, out _).IsEmpty;
}
