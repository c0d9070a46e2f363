using System.Text.RegularExpressions;

namespace Parley.Gateway.Tests.Apim;

/// <summary>
/// The expressions of the policies in deploy/apim, as C# that the compiler has seen: API Management compiles the same text. A test holds them together,
/// so an expression that is changed there has to be changed here.
/// </summary>
internal static class PolicyExpressions
{
    /// <summary>Text as it stands in the policies, with its white space collapsed → the expression.</summary>
    internal static Dictionary<string, Func<PolicyContext, object?>> All { get; } = new()
    {
        ["""@(context.Request.Headers.GetValueOrDefault("X-APIM-Correlation-Id", context.RequestId.ToString()))"""] = static context => context.Request.Headers.GetValueOrDefault("X-APIM-Correlation-Id", context.RequestId.ToString()),
        ["""@((string)context.Variables["correlationId"])"""] = static context => (string)context.Variables["correlationId"],
        ["""@{ var ids = new[] { "0", "1", "2", "3", "4" }; var usable = ids.Where(id => context.Variables.GetValueOrDefault<string>("backend-health-" + id, "unknown") != "unhealthy").ToArray(); if (usable.Length == 0) usable = ids; var cookie = Regex.Match(context.Request.Headers.GetValueOrDefault("Cookie", ""), @"APIM-Backend-Instance=(\d+)"); if (cookie.Success && usable.Contains(cookie.Groups[1].Value)) return cookie.Groups[1].Value; return usable[new Random(Guid.NewGuid().GetHashCode()).Next(usable.Length)]; }"""] = static context =>
        {
            var ids = new[] { "0", "1", "2", "3", "4" };
            var usable = ids.Where(id => context.Variables.GetValueOrDefault<string>("backend-health-" + id, "unknown") != "unhealthy").ToArray();
            if (usable.Length == 0) usable = ids;
            var cookie = Regex.Match(context.Request.Headers.GetValueOrDefault("Cookie", ""), @"APIM-Backend-Instance=(\d+)");
            if (cookie.Success && usable.Contains(cookie.Groups[1].Value)) return cookie.Groups[1].Value;
            return usable[new Random(Guid.NewGuid().GetHashCode()).Next(usable.Length)];
        },
        ["""@((string)context.Variables["backendId"])"""] = static context => (string)context.Variables["backendId"],
        ["""@((string)context.Variables["backendId"] == "0")"""] = static context => (string)context.Variables["backendId"] == "0",
        ["""@((string)context.Variables["backendId"] == "1")"""] = static context => (string)context.Variables["backendId"] == "1",
        ["""@((string)context.Variables["backendId"] == "2")"""] = static context => (string)context.Variables["backendId"] == "2",
        ["""@((string)context.Variables["backendId"] == "3")"""] = static context => (string)context.Variables["backendId"] == "3",
        ["""@("APIM-Backend-Instance=" + (string)context.Variables["backendId"] + "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax")"""] = static context => "APIM-Backend-Instance=" + (string)context.Variables["backendId"] + "; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax",
        ["""@(context.Response.StatusCode >= 500 || context.Response.StatusCode == 429 || context.Response.StatusCode == 401)"""] = static context => context.Response.StatusCode >= 500 || context.Response.StatusCode == 429 || context.Response.StatusCode == 401,
        ["""@("backend-health-" + (string)context.Variables["backendId"])"""] = static context => "backend-health-" + (string)context.Variables["backendId"],
        ["""@(context.Response.StatusCode == 200)"""] = static context => context.Response.StatusCode == 200,
        ["""@(context.Variables.ContainsKey("backendId") && context.LastError.Section == "backend")"""] = static context => context.Variables.ContainsKey("backendId") && context.LastError.Section == "backend",
        ["""@(!context.Variables.ContainsKey("backend-health-" + (string)context.Variables["backendId"]))"""] = static context => !context.Variables.ContainsKey("backend-health-" + (string)context.Variables["backendId"]),
        ["""@(context.Variables.GetValueOrDefault<IResponse>("health")?.StatusCode == 200)"""] = static context => context.Variables.GetValueOrDefault<IResponse>("health")?.StatusCode == 200,
        ["""@{ var ids = new[] { "0", "1", "2", "3", "4" }; var usable = ids.Where(id => context.Variables.GetValueOrDefault<string>("backend-health-" + id, "unknown") != "unhealthy" && id != (string)context.Variables["backendId"]).ToArray(); if (usable.Length == 0) return (string)context.Variables["backendId"]; return usable[new Random(Guid.NewGuid().GetHashCode()).Next(usable.Length)]; }"""] = static context =>
        {
            var ids = new[] { "0", "1", "2", "3", "4" };
            var usable = ids.Where(id => context.Variables.GetValueOrDefault<string>("backend-health-" + id, "unknown") != "unhealthy" && id != (string)context.Variables["backendId"]).ToArray();
            if (usable.Length == 0) return (string)context.Variables["backendId"];
            return usable[new Random(Guid.NewGuid().GetHashCode()).Next(usable.Length)];
        },
        ["""@(context.Variables.GetValueOrDefault<IResponse>("health-0")?.StatusCode == 200 ? "healthy" : "unhealthy")"""] = static context => context.Variables.GetValueOrDefault<IResponse>("health-0")?.StatusCode == 200 ? "healthy" : "unhealthy",
        ["""@((string)context.Variables["result-0"])"""] = static context => (string)context.Variables["result-0"],
        ["""@(context.Variables.GetValueOrDefault<IResponse>("health-1")?.StatusCode == 200 ? "healthy" : "unhealthy")"""] = static context => context.Variables.GetValueOrDefault<IResponse>("health-1")?.StatusCode == 200 ? "healthy" : "unhealthy",
        ["""@((string)context.Variables["result-1"])"""] = static context => (string)context.Variables["result-1"],
        ["""@(context.Variables.GetValueOrDefault<IResponse>("health-2")?.StatusCode == 200 ? "healthy" : "unhealthy")"""] = static context => context.Variables.GetValueOrDefault<IResponse>("health-2")?.StatusCode == 200 ? "healthy" : "unhealthy",
        ["""@((string)context.Variables["result-2"])"""] = static context => (string)context.Variables["result-2"],
        ["""@(context.Variables.GetValueOrDefault<IResponse>("health-3")?.StatusCode == 200 ? "healthy" : "unhealthy")"""] = static context => context.Variables.GetValueOrDefault<IResponse>("health-3")?.StatusCode == 200 ? "healthy" : "unhealthy",
        ["""@((string)context.Variables["result-3"])"""] = static context => (string)context.Variables["result-3"],
        ["""@(context.Variables.GetValueOrDefault<IResponse>("health-4")?.StatusCode == 200 ? "healthy" : "unhealthy")"""] = static context => context.Variables.GetValueOrDefault<IResponse>("health-4")?.StatusCode == 200 ? "healthy" : "unhealthy",
        ["""@((string)context.Variables["result-4"])"""] = static context => (string)context.Variables["result-4"],
    };
}
