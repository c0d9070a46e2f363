namespace Parley.Simulator;

/// <summary>Which credential a request brings, and how each vendor turns down a wrong one.</summary>
internal static class Credentials
{
    public static Refusal? Check(SimulatedCall call)
    {
        var bearer = call.Header("Authorization") is { } authorization && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? authorization[7..].Trim()
            : "";
        switch (call.Vendor)
        {
            case Vendor.Anthropic:
                return Anthropic(call, call.Header("x-api-key") ?? "");
            // On Azure: Anthropic's header, Azure's, or a token of Entra ID.
            case Vendor.AzureAnthropic:
                return Anthropic(call, call.Header("x-api-key") ?? call.Header("api-key") ?? bearer);
            case Vendor.Gemini:
                return Gemini(call, call.Header("x-goog-api-key") ?? call.Query("key") ?? "");
            case Vendor.Bedrock:
                return bearer.Length > 0 ? (Accepts(call.Options, bearer) ? null : BedrockRefusal.InvalidKey) : SignatureV4.Check(call);
        }
        // Agents take tokens of Entra ID only; a key, right or wrong, is none.
        if (call.Vendor == Vendor.Foundry)
            return Accepts(call.Options, bearer) ? null : FoundryRefusal.NoToken;
        if (call.Vendor == Vendor.Azure)
        {
            var key = call.Header("api-key") ?? "";
            return Accepts(call.Options, key) || Accepts(call.Options, bearer) ? null : AzureDenied(keyGiven: key.Length > 0);
        }
        if (bearer.Length == 0)
        {
            return new Refusal(401, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
                + "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser "
                + "and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.");
        }
        return Accepts(call.Options, bearer) ? null : OpenAIDenied(bearer);
    }

    public static Refusal OpenAIDenied(string key) =>
        new(401, $"Incorrect API key provided: {Masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.", Code: "invalid_api_key");

    // Two wordings of one front door: for a subscription key, and for a token of Entra ID.
    public static Refusal AzureDenied(bool keyGiven) => Refusal.FrontDoor(401, "401", keyGiven
        ? "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription "
          + "and use a correct regional API endpoint for your resource."
        : "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.");

    private static AnthropicRefusal? Anthropic(SimulatedCall call, string key)
    {
        if (key.Length == 0)
            return AnthropicRefusal.Unauthenticated("x-api-key header is required");
        return Accepts(call.Options, key) ? null : AnthropicRefusal.Unauthenticated("invalid x-api-key");
    }

    private static GeminiRefusal? Gemini(SimulatedCall call, string key) =>
        key.Length == 0 ? GeminiRefusal.NoKey : Accepts(call.Options, key) ? null : GeminiRefusal.InvalidKey;

    private static bool Accepts(SimulatorOptions options, string credential) =>
        credential.Length > 0 && (options.Keys.Count == 0 || options.Keys.Contains(credential, StringComparer.Ordinal));

    private static string Masked(string key) => key.Length <= 8 ? new string('*', key.Length) : $"{key[..4]}{new string('*', key.Length - 8)}{key[^4..]}";
}
