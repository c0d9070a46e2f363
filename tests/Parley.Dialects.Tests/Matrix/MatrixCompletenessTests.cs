namespace Parley.Dialects.Tests.Matrix;

/// <summary>The matrix has no hole that is not written down, and no file beside the list.</summary>
public sealed class MatrixCompletenessTests
{
    [Fact]
    public void Replies_EveryCaseOfEveryProvider_IsThereOrExcused()
    {
        foreach (var provider in ReplyCases.Providers)
        {
            string[] expected = [.. ReplyCases.Names.Where(name => !ReplyCases.Absent.ContainsKey((provider, name))).Order(StringComparer.Ordinal)];
            Assert.Equal(expected, MatrixFiles.Cases($"Replies/{provider}", ".json"));
            Assert.Equal(expected, MatrixFiles.Cases($"Replies/{provider}", ".stream"));
        }

        Assert.All(ReplyCases.Absent, absent => Assert.True(ReplyCases.Names.Contains(absent.Key.Name) && absent.Value.Length > 0));
    }

    [Fact]
    public void Requests_EveryCaseOfEverySurface_IsThere()
    {
        foreach (var (folder, _) in RequestCases.Surfaces)
            Assert.Equal(RequestCases.Names.Order(StringComparer.Ordinal), MatrixFiles.Cases("Requests/" + folder, ".json"));
    }

    [Fact]
    public void Goldens_OfCasesThatAreGone_AreGone()
    {
        var replies = from pair in ReplyCases.All()
                      from surface in ReplyCases.Surfaces
                      from extension in (string[])["json", "stream.txt"]
                      select $"Replies/{pair.Name}/{pair.Provider}-to-{surface}.{extension}";
        var requests = from name in RequestCases.Names
                       from surface in RequestCases.Surfaces
                       from target in ReplyCases.Providers
                       select $"Requests/{name}/{surface.Folder}-to-{target}.txt";
        Assert.Equal(replies.Concat(requests).Order(StringComparer.Ordinal), MatrixFiles.Goldens());
    }
}
