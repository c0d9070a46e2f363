using System.Text;
using Parley.Dialects.Json;
using Parley.Gateway.Agents;
using Parley.Gateway.Agents.Citations;

namespace Parley.Gateway.Tests.Agents;

public sealed class CitationTests
{
    public static TheoryData<string, string> Texts => new()
    {
        { "One【3:0†source】 and two【13†source】.", "One and two." },
        { "A【3:0†Example【】】B", "A【3:0†Example【】】B" },
        { "x【3:0†Example†https://example.com/a】y【4:1†notes.txt】", "xy" },
        { "【3:0†source】【3:1†source】", "" },
        { "No marker: 【notes】, 【3:0】, 【:3†x】, 【3:†x】, 【†x】, 【3†x", "No marker: 【notes】, 【3:0】, 【:3†x】, 【3:†x】, 【†x】, 【3†x" },
        { "A line's end【3:0†so\nurce】 ends it", "A line's end【3:0†so\nurce】 ends it" },
        { "twice 【【3:0†source】", "twice 【" },
        { "\U0001F600【3:0†source】\U0001F600 emoji", "\U0001F600\U0001F600 emoji" },
        { "【", "【" },
        { "", "" },
        { "【" + new string('字', 400) + "】", "【" + new string('字', 400) + "】" },
        { "【3:0†" + new string('a', 1500) + "】!", "!" },
        { "【3:0†" + new string('a', 3000) + "】!", "【3:0†" + new string('a', 3000) + "】!" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Filter_EverySplit_GivesTheSameText(string text, string expected)
    {
        Assert.Equal(expected, Filter(text));
        for (var at = 0; at <= text.Length; at++) Assert.Equal(expected, Filter(text[..at], text[at..]));
        Assert.Equal(expected, Filter([.. text.Select(static c => c.ToString())]));
    }

    [Fact]
    public void Filter_RandomTextsAndSplits_GiveTheSameAndNeverHalfACharacter()
    {
        string[] words = ["【3:0†source】", "【", "】", "†", "3", ":", "\n", "word ", "\U0001F600", "【x】", "【12:3†a†b】"];
        for (var seed = 0; seed < 300; seed++)
        {
            // A generator of our own, so that a failure can be repeated.
            var state = (uint)seed;
            int Next(int below) => (int)((state = (state * 1664525) + 1013904223) >> 8) % below;
            var text = string.Concat(Enumerable.Range(0, 30).Select(_ => words[Next(words.Length)]));
            var whole = Filter(text);
            List<string> pieces = [];
            for (var at = 0; at < text.Length;)
            {
                var end = Math.Min(text.Length, at + 1 + Next(5));
                pieces.Add(text[at..end]);
                at = end;
            }

            var filter = new MarkerFilter();
            var said = pieces.Select(filter.Append).ToList();
            said.Add(filter.End());
            Assert.Equal(whole, string.Concat(said));
            Assert.All(said, static piece => Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(piece))));
            Assert.DoesNotContain("【3:0†source】", whole, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Filter_WhatTheProviderCallsAMarker_IsTakenOutInWhateverForm()
    {
        var filter = new MarkerFilter();
        filter.Expect("【doc1】");
        filter.Expect("plain words");
        Assert.Equal("See . 【doc2】 plain words", filter.Append("See 【doc1】. 【doc2】 plain words") + filter.End());
    }

    [Fact]
    public void Numbers_SameSourceTwice_KeepsItsNumber()
    {
        var numbers = new CitationNumbering();
        Assert.Equal(1, numbers.Note(new AgentCitation.OfUrl(0, "https://a", "A"))?.Id);
        Assert.Equal(2, numbers.Note(new AgentCitation.OfFile(0, "https://a"))?.Id);
        Assert.Null(numbers.Note(new AgentCitation.OfUrl(7, "https://a", "another title")));
        Assert.Null(numbers.Note(new AgentCitation.OfFile(0, "https://a")));
        Assert.Equal(3, numbers.Note(new AgentCitation.OfUrl(0, "https://b", "B"))?.Id);
    }

    [Fact]
    public void InOrder_PositionsThatLie_BelievesTheText()
    {
        var annotations = Json("""
            [
              {"type":"url_citation","text":"【3:1†source】","start_index":0,"end_index":4,"url_citation":{"url":"https://b","title":"B"}},
              {"type":"url_citation","text":"【3:0†source】","start_index":99999,"end_index":-4,"url_citation":{"url":"https://a","title":"A"}},
              {"type":"url_citation","url":"https://flat","title":"","start_index":2,"end_index":3},
              {"type":"url_citation","url":"javascript:alert(1)","title":"x","start_index":0,"end_index":1},
              {"type":"url_citation","url":"doc_0","title":"Index","start_index":-1},
              {"type":"file_citation","text":"【9:9†x】","file_citation":{"file_id":"f1","quote":"words"}},
              {"type":"file_citation","file_id":"f2","filename":"notes.txt","index":1},
              {"type":"file_path","text":"sandbox:/a.csv","file_path":{"file_id":"f3"}},
              {"type":"new_kind"}, 7, null
            ]
            """);
        var found = Annotations.InOrder(annotations, "x 【3:0†source】 y 【3:1†source】").Select(static source => source.Citation).ToList();
        AgentCitation[] expected =
        [
            new AgentCitation.OfUrl(0, "https://a", "A"), new AgentCitation.OfUrl(0, "https://flat", "https://flat"), new AgentCitation.OfUrl(0, "https://b", "B"),
            new AgentCitation.OfUrl(0, "doc_0", "Index"), new AgentCitation.OfFile(0, "words"), new AgentCitation.OfFile(0, "notes.txt"),
        ];
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("""{"requesturl":"https://www.bing.com/search?q=a+b%20c&x=1"}""", "a b c", "https://www.bing.com/search?q=a+b%20c&x=1")]
    [InlineData("""{"requesturl":"https://api.bing.microsoft.com/v7.0/search?q=a%20b&count=5"}""", "a b", "https://www.bing.com/search?q=a%20b")]
    [InlineData("""{"requesturl":"https://api.bing.microsoft.com/v7.0/search?q=search(query: \"R&D #1\")"}""", "R&D #1", "https://www.bing.com/search?q=R%26D%20%231")]
    [InlineData("""{"query":"what is new?"}""", "what is new?", "https://www.bing.com/search?q=what%20is%20new%3F")]
    [InlineData("""{"requesturl":"javascript:alert(1)"}""", null, null)]
    [InlineData("{}", null, null)]
    public void Search_OfArguments_HasALinkThatPeopleCanOpen(string arguments, string? query, string? url)
    {
        var search = BingSearch.Read(Json(arguments));
        Assert.Equal((query, url), (search?.Query, search?.Url));
    }

    [Fact]
    public void Text_CutBetweenTheEscapesOfACharacter_IsWholeAgain()
    {
        var filter = new MarkerFilter();
        var first = filter.Append(AgentText.Of(Json("""
            "a\n\"\ud83d"
            """)));
        var second = filter.Append(AgentText.Of(Json("""
            "\ude00\u3010b\/"
            """)));
        Assert.Equal(("a\n\"", "\U0001F600", "【b/"), (first, second, filter.End()));
    }

    private static string Filter(params string[] pieces)
    {
        var filter = new MarkerFilter();
        return string.Concat(pieces.Select(filter.Append).ToList()) + filter.End();
    }

    private static JsonValue Json(string json)
    {
        Assert.True(JsonValue.TryParse(Encoding.UTF8.GetBytes(json), out var value));
        return value;
    }
}
