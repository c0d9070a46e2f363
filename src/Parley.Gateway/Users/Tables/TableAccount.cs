namespace Parley.Gateway.Users.Tables;

/// <summary>Which account of Azure Table Storage, and how to sign in to it: with a key, with a shared access signature, or with neither, by Entra ID.</summary>
/// <param name="Endpoint">Without a trailing slash; the emulator's has the account as its path.</param>
/// <param name="Name">The account.</param>
internal sealed record TableAccount(string Endpoint, string Name)
{
    private const string EmulatorName = "devstoreaccount1";

    // Published by Microsoft: every emulator has it, and it opens nothing else.
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The account's key; null when it is not signed in with.</summary>
    public byte[]? Key { get; private init; }

    /// <summary>The signature's query, without a question mark; null when it is not signed in with.</summary>
    public string? Signature { get; private init; }

    // The key and the signature stay out of whatever prints this.
    /// <inheritdoc/>
    public override string ToString() => Endpoint;

    /// <summary>Reads the variable's value: a connection string, or the address of the account's tables. Null when it is neither.</summary>
    /// <param name="value">The value.</param>
    /// <param name="problem">What is wrong; never repeats the value.</param>
    public static TableAccount? Parse(string value, out string? problem)
    {
        var isAddress = value.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || value.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        return isAddress ? FromAddress(value, out problem) : FromConnectionString(value, out problem);
    }

    private static TableAccount? FromAddress(string value, out string? problem)
    {
        problem = null;
        if (!TryEndpoint(value, out var endpoint, out var name, out var query))
            problem = "is not the address of a Table Storage account. Write it as https://ACCOUNT.table.core.windows.net.";
        else if (query is null && !endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            problem = "is an http address, over which no Entra token is sent. Write https, or a connection string.";
        return problem is null ? new TableAccount(endpoint, name) { Signature = query } : null;
    }

    private static TableAccount? FromConnectionString(string value, out string? problem)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // Keys and signatures hold equals signs themselves.
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) return Fail("is neither a connection string of Azure Storage nor the https address of an account's tables.", out problem);
            parts[part[..at].Trim()] = part[(at + 1)..].Trim();
        }

        if (string.Equals(parts.GetValueOrDefault("UseDevelopmentStorage"), "true", StringComparison.OrdinalIgnoreCase)) return Emulator(parts, out problem);
        if (EndpointOf(parts) is not { } address) return Fail("names neither AccountName nor TableEndpoint. Copy the connection string whole, from the account's access keys.", out problem);
        if (!TryEndpoint(address, out var endpoint, out var name, out _)) return Fail("has no usable address: look at TableEndpoint, EndpointSuffix and AccountName.", out problem);
        var account = new TableAccount(endpoint, parts.GetValueOrDefault("AccountName") ?? name);
        problem = null;
        if (parts.GetValueOrDefault("SharedAccessSignature") is { Length: > 0 } signature) return account with { Signature = signature.TrimStart('?') };
        if (parts.GetValueOrDefault("AccountKey") is not { Length: > 0 } key) return Fail("has neither AccountKey nor SharedAccessSignature.", out problem);
        var bytes = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, bytes, out var length)) return Fail("has an AccountKey that is not base64. Copy it again; it ends with equals signs.", out problem);
        return account with { Key = bytes[..length] };
    }

    private static TableAccount? Emulator(Dictionary<string, string> parts, out string? problem)
    {
        problem = null;
        var host = parts.GetValueOrDefault("DevelopmentStorageProxyUri")?.TrimEnd('/') ?? "http://127.0.0.1";
        return TryEndpoint($"{host}:10002/{EmulatorName}", out var endpoint, out _, out _)
            ? new TableAccount(endpoint, EmulatorName) { Key = Convert.FromBase64String(EmulatorKey) }
            : Fail("has a DevelopmentStorageProxyUri that is no address.", out problem);
    }

    private static string? EndpointOf(Dictionary<string, string> parts)
    {
        if (parts.GetValueOrDefault("TableEndpoint") is { Length: > 0 } written) return written;
        if (parts.GetValueOrDefault("AccountName") is not { Length: > 0 } name) return null;
        return $"{parts.GetValueOrDefault("DefaultEndpointsProtocol") ?? "https"}://{name}.table.{parts.GetValueOrDefault("EndpointSuffix") ?? "core.windows.net"}";
    }

    private static bool TryEndpoint(string address, out string endpoint, out string name, out string? query)
    {
        (endpoint, name, query) = ("", "", null);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0) return false;
        endpoint = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        // The emulator, and whatever is reached by an IP address or through a proxy: http://host:port/account.
        name = uri.AbsolutePath.Length > 1 ? uri.AbsolutePath.Trim('/') : uri.Host.Split('.')[0];
        query = uri.Query.Length > 1 ? uri.Query[1..] : null;
        return !name.Contains('/', StringComparison.Ordinal);
    }

    private static TableAccount? Fail(string reason, out string? problem)
    {
        problem = reason;
        return null;
    }
}
