using Parley.Dialects;
using Parley.Dialects.Models;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.OpenAI;

/// <summary>
/// The dialects of a server of OpenAI's kind. What comes in another dialect goes to reasoning models as Responses, because only
/// there do their thoughts come back and forth, and to all others as chat, which has more words (stop, seed, penalties, n).
/// </summary>
internal sealed class OpenAIDialects
{
    private static readonly Dialect[] ChatFirst = [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.OpenAIEmbeddings];
    private static readonly Dialect[] ResponsesFirst = [Dialect.OpenAIResponses, Dialect.OpenAIChat, Dialect.OpenAIEmbeddings];
    private static readonly Dialect[] ChatOnly = [Dialect.OpenAIChat, Dialect.OpenAIEmbeddings];

    /// <summary>A server that has all of OpenAI's API.</summary>
    internal static readonly OpenAIDialects All = new(hasResponses: true, isOpenAI: true);

    private static readonly OpenAIDialects Compatible = new(hasResponses: true, isOpenAI: false);
    private static readonly OpenAIDialects WithoutResponses = new(hasResponses: false, isOpenAI: false);

    private readonly bool _hasResponses;
    private readonly bool _isOpenAI;

    private OpenAIDialects(bool hasResponses, bool isOpenAI)
    {
        _hasResponses = hasResponses;
        _isOpenAI = isOpenAI;
    }

    internal static OpenAIDialects For(ProviderConfig config)
    {
        if (config.Type == ProviderType.OpenAI) return All;
        var vendor = OpenAICompatibleVendors.ByTypeName.GetValueOrDefault(config.TypeName);
        return vendor is { HasResponses: false } ? WithoutResponses : Compatible;
    }

    internal Dialect[] Of(string upstreamModel)
    {
        if (!_hasResponses) return ChatOnly;
        return _isOpenAI && ModelTraitsTable.Of(upstreamModel).Family == ModelFamily.GptReasoning ? ResponsesFirst : ChatFirst;
    }
}
