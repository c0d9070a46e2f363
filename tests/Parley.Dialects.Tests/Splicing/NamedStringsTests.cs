using System.Text;
using System.Text.Json;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Tests.Splicing;

/// <summary>Members are found by their name at every depth, and nowhere else, as a whole parser finds them.</summary>
public sealed class NamedStringsTests
{
    private static readonly string[] Values =
    [
        "\"gAAA\"", "\"a\\\"b\"", "\"\\\\\"", "\"\"", "null", "1", "{}", "[\"name\"]", "\"name\"", "\"\\\"name\\\":\\\"x\\\"\"", "\"\\\\\\\"name\\\"\"", "{\"name\":\"in\"}",
    ];

    [Theory]
    [InlineData("""{"name":"a"}""", "a")]
    [InlineData("""{"name" : "a" , "x":{"name":"b"}}""", "a|b")]
    [InlineData("""{"name":null,"y":"name"}""", "")]
    [InlineData("""{"text":"\"name\":\"a\""}""", "")]
    [InlineData("""{"x.name":"a","named":"b","NAME":"c"}""", "")]
    [InlineData("""{"name":"a\"b"}""", "a\\\"b")]
    public void Next_FindsMembers_AndNoText(string json, string expected) => Assert.Equal(expected, string.Join('|', All(Encoding.UTF8.GetBytes(json)).Found));

    [Fact]
    public void Next_RandomDocuments_FindsWhatAParserFinds()
    {
        var random = new Random(11);
        for (var round = 0; round < 5000; round++)
        {
            var json = Document(random, 0);
            using var document = JsonDocument.Parse(json);
            var (found, at) = All(Encoding.UTF8.GetBytes(json));
            Assert.Equal(Expected(document.RootElement), found);
            Assert.Equal(json.Length, at);
        }
    }

    [Fact]
    public void Next_EverySplit_LeavesWhatIsUnfinishedForTheNextPiece()
    {
        var json = Encoding.UTF8.GetBytes("""{"a":"\"name\":", "name" : "o\"ne", "b":[{"name":"two"}, {"name":null}], "name":"three"}""");
        for (var split = 0; split <= json.Length; split++)
        {
            var (found, at) = All(json.AsSpan(0, split));
            found.AddRange(All(json.AsSpan(at)).Found);
            Assert.Equal(["o\\\"ne", "two", "three"], found);
        }
    }

    private static (List<string> Found, int At) All(ReadOnlySpan<byte> json)
    {
        var found = new List<string>();
        var at = 0;
        while (NamedStrings.TryNext(json, "\"name\""u8, ref at, out var content)) found.Add(Encoding.UTF8.GetString(content));
        return (found, at);
    }

    private static List<string> Expected(JsonElement element)
    {
        var found = new List<string>();
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) found.AddRange(Expected(item));
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (member is { Name: "name", Value.ValueKind: JsonValueKind.String }) found.Add(member.Value.GetRawText()[1..^1]);
                else found.AddRange(Expected(member.Value));
            }
        }

        return found;
    }

    private static string Document(Random random, int depth)
    {
        var members = Enumerable.Range(0, random.Next(5)).Select(_ =>
        {
            var name = (string[])["name", "nam", "x", "x\\\"name", "name2"];
            var value = depth < 3 && random.Next(3) == 0 ? Document(random, depth + 1)
                : depth < 3 && random.Next(4) == 0 ? $"[{Document(random, depth + 1)},\"name\"]"
                : Values[random.Next(Values.Length)];
            var space = random.Next(3) == 0 ? " \n" : "";
            return $"\"{name[random.Next(name.Length)]}\"{space}:{space}{value}{space}";
        });
        return $"{{{string.Join(',', members)}}}";
    }
}
