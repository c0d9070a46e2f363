using Microsoft.AspNetCore.Http;

namespace Parley.Simulator;

/// <summary>The headers each vendor puts on its answers, as recorded.</summary>
internal static class VendorHeaders
{
    public static void Add(IHeaderDictionary headers, SimulatedCall call)
    {
        switch (call.Vendor)
        {
            case Vendor.Anthropic or Vendor.AzureAnthropic:
                headers["request-id"] = AnthropicRefusal.RequestId(call);
                headers["anthropic-organization-id"] = "parley-simulator";
                headers["anthropic-ratelimit-requests-limit"] = "500";
                headers["anthropic-ratelimit-requests-remaining"] = "499";
                headers["anthropic-ratelimit-tokens-limit"] = "200000";
                headers["anthropic-ratelimit-tokens-remaining"] = "199992";
                return;
            case Vendor.Gemini:
                headers["vary"] = "Origin, X-Origin, Referer";
                headers["x-content-type-options"] = "nosniff";
                headers["server-timing"] = "gfet4t7; dur=12";
                return;
            case Vendor.Bedrock:
                headers["x-amzn-requestid"] = Guid(call, 0);
                return;
        }
        if (call.Vendor == Vendor.Foundry)
        {
            headers["x-request-id"] = Guid(call, 0);
            headers["apim-request-id"] = Guid(call, 32);
            headers["x-ms-region"] = "Simulated";
            return;
        }
        headers["x-ratelimit-limit-requests"] = "500";
        headers["x-ratelimit-limit-tokens"] = "200000";
        headers["x-ratelimit-remaining-requests"] = "499";
        headers["x-ratelimit-remaining-tokens"] = "199992";
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains; preload";
        headers["x-content-type-options"] = "nosniff";
        if (call.Vendor == Vendor.OpenAI)
        {
            headers["x-ratelimit-reset-requests"] = "120ms";
            headers["x-ratelimit-reset-tokens"] = "2ms";
            headers["x-request-id"] = call.Id("req_", 32);
            headers["openai-organization"] = "parley-simulator";
            headers["openai-processing-ms"] = "12";
            headers["openai-version"] = "2020-10-01";
            return;
        }
        headers["x-request-id"] = Guid(call, 0);
        headers["apim-request-id"] = Guid(call, 32);
        headers["x-ms-region"] = "Simulated";
        headers["x-ms-rai-invoked"] = "true";
        headers["azureml-model-session"] = "d001-20260101000000";
        // Header values are ASCII; a deployment's name is, on Azure, and what is not never gets here.
        if (call.Model is { } deployment && deployment.All(c => c is > ' ' and < '\x7f'))
            headers["x-ms-deployment-name"] = deployment;
    }

    private static string Guid(SimulatedCall call, int offset) => System.Guid.ParseExact(call.Hash.AsSpan(offset, 32), "N").ToString();
}
