namespace Parley.Gateway.Tests.Harness;

/// <summary>Changes the configuration of a running gateway as an operator does.</summary>
internal static class Reloading
{
    /// <summary>Replaces text of <c>parley.json</c> and has it read again.</summary>
    internal static async Task ReloadAsync(this GatewayHost gateway, string old, string replacement)
    {
        var text = await File.ReadAllTextAsync(gateway.ConfigFile);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(gateway.ConfigFile, text.Replace(old, replacement, StringComparison.Ordinal));
        var answer = await gateway.Client.PostAsync("/admin/reload", "");
        Assert.True(answer.Status == 200, answer.Body);
    }
}
