using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Parley.Gateway.Tests.Apim;

/// <summary>
/// Carries a policy file out as API Management does, as far as ours go: sections in their order, expressions by <see cref="PolicyExpressions"/>, the cache
/// and the backends given by the test.
/// </summary>
internal sealed partial class PolicyRun(string xml, Dictionary<string, (string Value, int Seconds)> cache)
{
    private readonly XElement _policies = XDocument.Parse(xml).Root!;

    internal PolicyContext Context { get; } = new();

    /// <summary>Where the call went: the named value of <c>set-backend-service</c>.</summary>
    internal string? Backend { get; private set; }

    /// <summary>Values of <c>Set-Cookie</c>.</summary>
    internal List<string> Cookies { get; } = [];

    /// <summary>Address of <c>send-request</c> → status; null for one that fails.</summary>
    internal Func<string, int?> Health { get; init; } = static _ => 200;

    internal bool WasBuffered { get; private set; } = true;

    /// <summary>One request: <paramref name="status"/> is what the backend answers; null when it cannot be reached.</summary>
    internal PolicyRun Run(int? status)
    {
        Section("inbound", Context.Request);
        Section("backend", Context.Request);
        if (status is { } answered)
        {
            Context.Response.StatusCode = answered;
            Section("outbound", Context.Response);
        }
        else
        {
            Context.LastError.Section = "backend";
            Section("on-error", Context.Response);
        }

        return this;
    }

    /// <summary>Only a section.</summary>
    internal void Section(string name, PolicyMessage message) => All(_policies.Element(name)!, message);

    private void All(XElement parent, PolicyMessage message)
    {
        foreach (var element in parent.Elements()) One(element, message);
    }

    private void One(XElement element, PolicyMessage message)
    {
        switch (element.Name.LocalName)
        {
            case "base": break;
            case "wait": All(element, message); break;
            case "set-variable": Context.Variables[Text(element, "name")] = Text(element, "value"); break;
            case "set-backend-service": Backend = Text(element, "base-url"); break;
            case "forward-request": WasBuffered = Text(element, "buffer-response") != "false"; break;
            case "cache-store-value": cache[Text(element, "key")] = (Text(element, "value"), int.Parse(Text(element, "duration"), System.Globalization.CultureInfo.InvariantCulture)); break;
            case "cache-lookup-value":
                if (cache.TryGetValue(Text(element, "key"), out var found)) Context.Variables[Text(element, "variable-name")] = found.Value;
                break;
            case "set-header":
                var (name, value) = (Text(element, "name"), Value(element.Element("value")!.Value));
                if (Text(element, "exists-action") == "append") Cookies.Add(value);
                else message.Headers[name] = value;
                break;
            case "choose":
                if ((element.Elements("when").FirstOrDefault(when => Evaluate(when.Attribute("condition")!.Value) is true) ?? element.Element("otherwise")) is { } taken) All(taken, message);
                break;
            case "send-request":
                if (Health(Address(element.Element("set-url")!.Value)) is { } status) Context.Variables[Text(element, "response-variable-name")] = new PolicyMessage { StatusCode = status };
                break;
            case "return-response": break;
            default: throw new NotSupportedException(element.Name.LocalName);
        }
    }

    // The one expression that holds named values, which are put into its text before it is compiled: the case of the backend that was picked.
    private string Address(string text) =>
        text.StartsWith('@') ? Cases().Matches(text).First(match => match.Groups[1].Value == (string)Context.Variables["backendId"] || match.Groups[1].Value == "").Groups[2].Value : text.Trim();

    private string Text(XElement element, string attribute) => Value(element.Attribute(attribute)!.Value);

    private string Value(string text) => text.StartsWith('@') ? (string)Evaluate(text)! : text;

    private object? Evaluate(string text) => PolicyExpressions.All[Collapse(text)](Context);

    internal static string Collapse(string text) => White().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    [GeneratedRegex("""(?:case "(\d)"|default): return "([^"]+)";""")]
    private static partial Regex Cases();
}
