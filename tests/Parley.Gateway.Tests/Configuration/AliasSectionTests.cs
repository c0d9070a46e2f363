using Parley.Gateway.Configuration;

namespace Parley.Gateway.Tests.Configuration;

/// <summary>Names that lead to models: aliases, wildcards, and what refers to them.</summary>
public sealed class AliasSectionTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Aliases_EveryForm_IsRead()
    {
        _folder.Write("parley.json", """
            {
              "providers": { "p": { "type": "simulator" } },
              "models": [ { "modelId": "a", "aliases": ["a-latest"], "targets": [ { "provider": "p", "model": "x" } ] }, { "modelId": "b", "targets": [ { "provider": "p", "model": "y" } ] } ],
              "aliases": {
                "short": "a",
                "long": { "model": "a-latest", "defaults": { "temperature": 0, "maxTokens": 100, "system": "Be brief." } },
                "ab": { "split": [ { "model": "a", "weight": 95 }, { "model": "p/y" } ], "stable": "header:x-session" },
                "by key": { "split": [ { "model": "a" } ], "stable": "key" },
                "by-user": { "model": "b", "stable": "user" },
                "any": { "model": "b", "stable": "none" }
              },
              "defaults": { "model": "short" },
              "keys": [ { "name": "k", "key": "0123456789abcdef", "models": ["ab", "short"] } ]
            }
            """);
        var result = _folder.Load();
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var aliases = result.Config!.Aliases;
        Assert.Equal(["short", "long", "ab", "by key", "by-user", "any"], aliases.Select(static alias => alias.Name));
        Assert.Equal([[new("a")], [new("a-latest")], [new("a", 95), new("p/y", 1)], [new("a")], [new("b")], [new AliasShare("b")]], aliases.Select(static alias => alias.Shares));
        Assert.Equal(
            [(AliasStability.None, null), (AliasStability.None, null), (AliasStability.Header, "x-session"), (AliasStability.Key, null), (AliasStability.User, null), (AliasStability.None, (string?)null)],
            aliases.Select(static alias => (alias.Stable, alias.StableHeader)));
        Assert.Equal(new RequestDefaults { Temperature = 0, MaxTokens = 100, System = "Be brief." }, aliases[1].Defaults);
        Assert.Equal(new RequestDefaults(), aliases[0].Defaults);
        Assert.Equal(("parley.json: aliases.short", "parley.json: aliases[\"by key\"]"), (aliases[0].Origin, aliases[3].Origin));
        Assert.Equal("short", result.Config.DefaultModel);
    }

    [Theory]
    [InlineData(""" "x": 3 """, "aliases.x: must be the name of a model or an object, not a number: \"gpt\" or { \"model\": \"gpt\", … }.")]
    [InlineData(""" "x": "" """, "aliases.x: must not be empty. Name the model that the alias leads to.")]
    [InlineData(""" "": "a" """, "aliases.: an alias has a name.")]
    [InlineData(""" " x": "a" """, "aliases[\" x\"]: must be at most 256 characters, without control characters or spaces at its ends.")]
    [InlineData(""" "gpt-*": "a" """, "aliases[\"gpt-*\"]: an alias holds no *. Write the wildcard as a modelId under models.")]
    [InlineData(""" "x": {} """, "aliases.x.model: is missing. Name the model that the alias leads to, or several with split.")]
    [InlineData(""" "x": { "model": "a", "split": [ { "model": "b" } ] } """,
        "aliases.x.split: is written beside model. Keep one of them: model for one, split for several that share the traffic.")]
    [InlineData(""" "x": { "split": [] } """, "aliases.x.split: is empty. List at least one { \"model\": …, \"weight\": … }.")]
    [InlineData(""" "x": { "split": [ { "weight": 2 } ] } """, "aliases.x.split[0].model: is missing. Name the model of this share.")]
    [InlineData(""" "x": { "split": [ { "model": "a", "weight": 0 } ] } """, "aliases.x.split[0].weight: must be a whole number from 1 to 1000000, not 0.")]
    [InlineData(""" "x": { "split": [ { "model": "a" }, { "model": "a" } ] } """, "aliases.x.split[1].model: \"a\" is in this split already. Give it one entry with the weights added.")]
    [InlineData(""" "x": { "model": "a", "stable": "keys" } """, "aliases.x.stable: \"keys\" is not one of none, key, user, header:NAME. Did you mean \"key\"?")]
    [InlineData(""" "x": { "model": "a", "stable": "header:" } """, "aliases.x.stable: \"\" is not a name of a cookie or header. Use at most 100 letters, digits, - _ and . "
        + "It is written as \"header:x-session\".")]
    [InlineData(""" "x": { "model": "a", "stable": "header:authorization" } """, "aliases.x.stable: authorization carries the caller's key. Write \"stable\": \"key\", "
        + "which works with every way to send one.")]
    [InlineData(""" "x": { "model": "a", "modell": "b" } """, "aliases.x.modell: unknown key. Did you mean \"model\"?")]
    [InlineData(""" "x": { "model": "a", "defaults": { "maxTokens": -1 } } """, "aliases.x.defaults.maxTokens: must be a whole number from 1 to 10000000, not -1.")]
    [InlineData(""" "x": "aa1" """, "aliases.x: there is no model \"aa1\". Did you mean \"a\"? Name a modelId, another name of a model, or provider/model.")]
    [InlineData(""" "x": { "split": [ { "model": "a" }, { "model": "nowhere" } ] } """,
        "aliases.x.split[1].model: there is no model \"nowhere\". Name a modelId, another name of a model, or provider/model.")]
    [InlineData(""" "x": "x" """, "aliases.x: the alias leads to itself. Name a model.")]
    [InlineData(""" "x": "a", "y": { "model": "x" } """, "aliases.y.model: \"x\" is an alias too, parley.json:1:217 aliases.x. An alias leads to models only: name \"a\" here.")]
    [InlineData(""" "x": { "split": [ { "model": "a" }, { "model": "b" } ] }, "y": "x" """,
        "aliases.y: \"x\" is an alias too, parley.json:1:217 aliases.x. An alias leads to models only: name \"a\" or \"b\" here.")]
    [InlineData(""" "x": "b-*" """, "aliases.x: \"b-*\" is a wildcard, which stands for many models. Write the name of one of them.")]
    [InlineData(""" "b": "a" """, "aliases.b: \"b\" is already the id or an alias of parley.json:1:132 models[1]. Give one of them another name.")]
    [InlineData(""" "x": "a", "x": "b" """, "aliases.x: written twice; the first is on line 1. Keep one of them.")]
    public void Aliases_Wrong_SaysWhereAndWhat(string aliases, string expected)
    {
        var error = Assert.Single(_folder.Bad(File(aliases)));
        Assert.StartsWith("parley.json:1:", error, StringComparison.Ordinal);
        Assert.EndsWith(" " + expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_InACircle_AreErrorsAtBothPlaces() =>
        Assert.Equal(
        [
            "aliases.x: \"y\" is an alias too, parley.json:1:227 aliases.y. An alias leads to models only: name \"x\" here.",
            "aliases.y: \"x\" is an alias too, parley.json:1:217 aliases.x. An alias leads to models only: name \"y\" here.",
        ], _folder.Write("parley.json", File(""" "x": "y", "y": "x" """)).Load().Errors.Select(static error => $"{error.Path}: {error.Message}"));

    [Fact]
    public void Alias_NameOfAModelInTheOtherFile_NamesBothPlaces()
    {
        _folder.Write("models_config.json", """{ "models": [ { "modelId": "x", "modelName": "gpt-4o", "providerName": "OpenAI" } ] }""");
        Assert.Equal(["aliases.x: \"x\" is already the id or an alias of models_config.json:1:15 models[0]. Give one of them another name."],
            _folder.Write("parley.json", File(""" "x": "a" """)).Load().Errors.Select(static error => $"{error.Path}: {error.Message}"));
    }

    [Fact]
    public void Aliases_OnlyOneProviderOfVariables_MayLeadToAnyNameOfIt()
    {
        _folder.Set("OPENAI_API_KEY", "sk-1").Write("parley.json", """{ "aliases": { "chat": "gpt-4o" } }""");
        Assert.Equal("gpt-4o", _folder.Good().Aliases[0].Shares[0].Model);
    }

    [Fact]
    public void Wildcards_OneStar_AreRead()
    {
        _folder.Write("parley.json", Models("""
            { "modelId": "azure/*", "aliases": ["my-*"], "targets": [ { "provider": "p", "model": "*" }, { "provider": "p", "model": "gpt-*-eu" }, { "provider": "p", "model": "gpt-4o" } ] },
            { "modelId": "plain", "targets": [ { "provider": "p", "model": "x" } ] }
            """).Replace("\"models\"", "\"aliases\": { \"chat\": \"azure/gpt-4o\" }, \"models\"", StringComparison.Ordinal));
        var config = _folder.Good();
        Assert.Equal(["*", "gpt-*-eu", "gpt-4o"], config.Models[0].Targets.Select(static target => target.Model));
        // A wildcard is nothing that could be called.
        Assert.Equal("plain", config.DefaultModel);
    }

    [Theory]
    [InlineData("""{ "modelId": "a*b*", "targets": [ { "provider": "p", "model": "x" } ] }""",
        "models[0].modelId: holds more than one *. One may stand for what a client writes there: azure/* or gpt-*.")]
    [InlineData("""{ "modelId": "a", "aliases": ["**"], "targets": [ { "provider": "p", "model": "x" } ] }""",
        "models[0].aliases[0]: holds more than one *. One may stand for what a client writes there: azure/* or gpt-*.")]
    [InlineData("""{ "modelId": "a", "targets": [ { "provider": "p", "model": "gpt-*" } ] }""",
        "models[0].targets[0].model: holds a *, but the model's name \"a\" does not: nothing says what it stands for. "
        + "Write the upstream model in full, or give every name of this model a *.")]
    [InlineData("""{ "modelId": "a-*", "aliases": ["b"], "targets": [ { "provider": "p", "model": "*" } ] }""",
        "models[0].targets[0].model: holds a *, but the model's name \"b\" does not: nothing says what it stands for. "
        + "Write the upstream model in full, or give every name of this model a *.")]
    [InlineData("""{ "modelId": "a-*", "targets": [ { "provider": "p", "model": "*-*" } ] }""",
        "models[0].targets[0].model: holds more than one *. One may stand for what the * of the modelId stands for.")]
    [InlineData("""{ "modelId": "a", "modelName": "gpt-*", "providerName": "OpenAI" }""",
        "models[0].modelName: holds a *, but the model's name \"a\" does not: nothing says what it stands for. "
        + "Write the upstream model in full, or give every name of this model a *.")]
    [InlineData("""{ "modelId": "a", "targets": [ { "provider": "p", "model": "x" } ], "retry": { "contextLengthModel": "a" } }""",
        "models[0].retry.contextLengthModel: is this very model. Name one that takes longer requests.")]
    [InlineData("""{ "modelId": "a", "aliases": ["b"], "targets": [ { "provider": "p", "model": "x" } ], "retry": { "contextLengthModel": "b" } }""",
        "models[0].retry.contextLengthModel: is this very model. Name one that takes longer requests.")]
    [InlineData("""{ "modelId": "a", "targets": [ { "provider": "p", "model": "x" } ], "retry": { "contextLengthModel": "p/large" } }""",
        "models[0].retry.contextLengthModel: there is no model \"p/large\" in the catalogue. Name a modelId.")]
    [InlineData("""{ "modelId": "a-*", "targets": [ { "provider": "p", "model": "x" } ], "retry": { "contextLengthModel": "b-*" } }""",
        "models[0].retry.contextLengthModel: \"b-*\" is a wildcard, which stands for many models. Write the name of one of them.")]
    public void Models_WrongNames_SayWhereAndWhat(string model, string expected) =>
        Assert.EndsWith(" " + expected, Assert.Single(_folder.Bad(Models(model))), StringComparison.Ordinal);

    [Fact]
    public void ContextLengthModel_OrDefaultThatIsNoModel_NamesThePlace()
    {
        var errors = _folder.Write("parley.json", """
            { "providers": { "p": { "type": "simulator" } }, "aliases": { "big": "b" }, "defaults": { "model": "c-*" },
              "models": [ { "modelId": "a", "targets": [ { "provider": "p", "model": "x" } ], "retry": { "contextLengthModel": "big" } },
                { "modelId": "b", "targets": [ { "provider": "p", "model": "y" } ] }, { "modelId": "c-*", "targets": [ { "provider": "p", "model": "*" } ] } ] }
            """).Load().Errors;
        Assert.Equal(
        [
            "defaults.model: \"c-*\" is a wildcard, which stands for many models. Write the name of one of them.",
            "models[0].retry.contextLengthModel: \"big\" is an alias, parley.json:1:63 aliases.big. Name a model of the catalogue: \"b\".",
        ], errors.Select(static error => $"{error.Path}: {error.Message}"));
    }

    [Theory]
    [InlineData("azure/*", "azure/gpt-4o", true)]
    [InlineData("azure/*", "azure/", false)]
    [InlineData("gpt-*-eu", "gpt-4o-eu", true)]
    [InlineData("gpt-*-eu", "gpt-eu", false)]
    [InlineData("a*a", "aa", false)]
    [InlineData("*", "x", true)]
    [InlineData("*", "", false)]
    [InlineData("gpt-?*", "gpt-xy", false)]
    [InlineData("gpt", "gpt", false)]
    [InlineData("GPT-*", "gpt-4o", false)]
    public void Wildcard_StandsForAtLeastOneCharacter(string pattern, string name, bool expected) => Assert.Equal(expected, WildcardName.Matches(pattern, name));

    [Theory]
    [InlineData("", 5)]
    [InlineData(""", "priority": 10""", 10)]
    public void Key_Priority_IsRead(string member, int expected)
    {
        _folder.Write("parley.json", $$"""{ "keys": [ { "name": "k", "key": "0123456789abcdef"{{member}} } ] }""");
        Assert.Equal(expected, Assert.Single(_folder.Good().Keys).Priority);
    }

    [Fact]
    public void Key_PriorityOutside_IsAnError() =>
        Assert.Equal(["parley.json:1:67 keys[0].priority: must be a whole number from 1 to 10, not 11."],
            _folder.Bad("""{ "keys": [ { "name": "k", "key": "0123456789abcdef", "priority": 11 } ] }"""));

    private static string File(string aliases) => """{ "providers": { "p": { "type": "simulator" } }, "models": [ """
        + """{ "modelId": "a", "targets": [ { "provider": "p", "model": "x" } ] }, { "modelId": "b", "targets": [ { "provider": "p", "model": "y" } ] } ], """
        + "\"aliases\": {" + aliases + "} }";

    private static string Models(string models) => $$"""{ "providers": { "p": { "type": "simulator" } }, "models": [ {{models}} ] }""";
}
