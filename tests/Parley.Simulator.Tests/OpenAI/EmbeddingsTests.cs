using System.Runtime.InteropServices;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI;

public sealed class EmbeddingsTests
{
    [Fact]
    public async Task Vectors_OfEveryInputForm_AreUnitAndTheSameInBothEncodings()
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        foreach (var (input, count) in ((string, int)[])[("\"a b\"", 1), ("[\"a b\",\"c\"]", 2), ("[1,2,3]", 1), ("[[1,2],[3]]", 2)])
        {
            var body = $$"""{"model":"text-embedding-3-small","dimensions":64,"input":{{input}}}""";
            var plain = (await client.AskAsync("/v1/embeddings", body)).GetProperty("data");
            var coded = (await client.AskAsync("/v1/embeddings", body.Replace("\"model\"", "\"encoding_format\":\"base64\",\"model\"", StringComparison.Ordinal))).GetProperty("data");
            Assert.Equal((count, count), (plain.GetArrayLength(), coded.GetArrayLength()));
            for (var i = 0; i < count; i++)
            {
                var vector = plain[i].GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle()).ToArray();
                Assert.Equal(64, vector.Length);
                Assert.Equal(1, vector.Sum(v => v * v), 3);
                Assert.Equal(vector, MemoryMarshal.Cast<byte, float>(coded[i].GetProperty("embedding").GetBytesFromBase64()).ToArray());
            }
        }
    }

    [Theory]
    [InlineData("""{"model":"text-embedding-3-small","input":"x","dimensions":-1}""", 400, "-1 is less than the minimum of 1 - 'dimensions'")]
    [InlineData("""{"model":"text-embedding-4-ultra","input":"x"}""", 404, "The model `text-embedding-4-ultra` does not exist or you do not have access to it.")]
    [InlineData("""{"model":"gpt-4o","input":"x"}""", 403, "You are not allowed to generate embeddings from this model")]
    [InlineData("""{"model":"text-embedding-3-small"}""", 400, "Missing required parameter: 'input'.")]
    public async Task BadRequest_IsRefusedInOpenAIsWords(string body, int status, string message)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        using var client = host.CreateClient();
        using var response = await client.SendAsync("/v1/embeddings", body);
        Assert.Equal((status, message), ((int)response.StatusCode,
            Parse(await response.Content.ReadAsStringAsync(Soon)).GetProperty("error").GetProperty("message").GetString()));
    }
}
