using Parley.Gateway.Users.Tables;

namespace Parley.Gateway.Tests.Users;

[Trait("Contract", "1.users.storage")]
public sealed class TableAccountTests
{
    private const string Key = "c2VjcmV0LWtleS1tYXJrZXI=";

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1", "devstoreaccount1", true, null)]
    [InlineData(" usedevelopmentstorage = TRUE ; DevelopmentStorageProxyUri=http://azurite/", "http://azurite:10002/devstoreaccount1", "devstoreaccount1", true, null)]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + Key + ";EndpointSuffix=core.windows.net", "https://acct.table.core.windows.net", "acct", true, null)]
    [InlineData("AccountName=acct;AccountKey=" + Key, "https://acct.table.core.windows.net", "acct", true, null)]
    [InlineData("AccountName=acct;AccountKey=" + Key + ";EndpointSuffix=core.chinacloudapi.cn", "https://acct.table.core.chinacloudapi.cn", "acct", true, null)]
    [InlineData("AccountName=acct;AccountKey=" + Key + ";TableEndpoint=http://127.0.0.1:9/acct/;", "http://127.0.0.1:9/acct", "acct", true, null)]
    [InlineData("BlobEndpoint=https://x;TableEndpoint=https://acct.table.core.windows.net/;SharedAccessSignature=?sv=2024&sig=a%3D", "https://acct.table.core.windows.net", "acct", false, "sv=2024&sig=a%3D")]
    [InlineData("AccountName=acct;SharedAccessSignature=sv=2024&sig=b==", "https://acct.table.core.windows.net", "acct", false, "sv=2024&sig=b==")]
    [InlineData("https://acct.table.core.windows.net", "https://acct.table.core.windows.net", "acct", false, null)]
    [InlineData("https://acct.table.core.windows.net/?sv=2024&sig=c", "https://acct.table.core.windows.net", "acct", false, "sv=2024&sig=c")]
    public void Value_OfEachForm_IsRead(string value, string endpoint, string name, bool hasKey, string? signature)
    {
        var account = TableAccount.Parse(value, out var problem);
        Assert.Null(problem);
        Assert.Equal((endpoint, name, hasKey, signature), (account!.Endpoint, account.Name, account.Key is not null, account.Signature));
        Assert.Equal(endpoint, account.ToString());
    }

    [Theory]
    [InlineData("hello-secret-key-marker")]
    [InlineData("AccountName=acct")]
    [InlineData("AccountKey=" + Key)]
    [InlineData("AccountName=acct;AccountKey=secret-key-marker")]
    [InlineData("AccountName=a b;AccountKey=" + Key)]
    [InlineData("TableEndpoint=nonsense;AccountKey=" + Key)]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=nonsense")]
    [InlineData("http://acct.table.core.windows.net")]
    [InlineData("https://user:secret-key-marker@acct.table.core.windows.net")]
    [InlineData("https://acct.table.core.windows.net/a/b")]
    public void Value_ThatIsWrong_SaysWhatAndNeverRepeatsIt(string value)
    {
        Assert.Null(TableAccount.Parse(value, out var problem));
        Assert.NotNull(problem);
        Assert.DoesNotContain("marker", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }
}
