using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Users;
using Parley.Gateway.Users.Tables;
using Parley.Testing;

namespace Parley.Gateway.Tests.Users;

/// <summary>How the table is asked, on a network of the test's own: sign-in of each kind, retries, and answers that were lost.</summary>
[Trait("Contract", "1.users.storage")]
public sealed class TableTransportTests
{
    private const string Key = "c2VjcmV0LWtleS1tYXJrZXI=";

    private readonly List<HttpRequestMessage> _asked = [];
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 9, 30, 0, TimeSpan.Zero));

    private TableUserStore Store(string value, params Func<HttpResponseMessage>[] answers)
    {
        var transport = new HttpClientTransport(new HttpClient(new Scripted(_asked, new Queue<Func<HttpResponseMessage>>(answers))));
        var client = TableClient.Create(TableAccount.Parse(value, out _)!, "Users", "user", _time, _ => new FixedToken(), transport);
        return new TableUserStore(client);
    }

    private static HttpResponseMessage Answer(int status, string? code = null, string? body = null, string? etag = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body ?? "", Encoding.UTF8, "application/json") };
        if (code is not null) answer.Headers.Add("x-ms-error-code", code);
        if (etag is not null) answer.Headers.TryAddWithoutValidation("ETag", etag);
        return answer;
    }

    [Fact]
    public async Task Address_SignsInWithEntraId_ForStoragesScope()
    {
        var store = Store("https://acct.table.core.windows.net", () => Answer(404, "ResourceNotFound"));
        Assert.Null(await store.FindAsync("a/b'c", GatewayCalls.Limit()));
        var asked = Assert.Single(_asked);
        Assert.Equal("https://acct.table.core.windows.net/Users(PartitionKey='user',RowKey='%3Dq%3Da%3D2Fb%27%27c')", asked.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer token for https://storage.azure.com/.default", asked.Headers.GetValues("Authorization").Single());
    }

    [Fact]
    public async Task Signature_TravelsInTheQuery_AndNothingElseSignsIn()
    {
        var store = Store("AccountName=acct;SharedAccessSignature=?sv=2024&sig=a%2Bb%3D", () => Answer(404, "ResourceNotFound"));
        Assert.Null(await store.FindAsync("ann", GatewayCalls.Limit()));
        var asked = Assert.Single(_asked);
        Assert.Equal("https://acct.table.core.windows.net/Users(PartitionKey='user',RowKey='ann')?sv=2024&sig=a%2Bb%3D", asked.RequestUri!.AbsoluteUri);
        Assert.False(asked.Headers.Contains("Authorization"));
    }

    [Fact]
    public async Task Key_SignsEachTryAnew_AndABusyServiceIsTriedAgain()
    {
        var store = Store(
            $"AccountName=acct;AccountKey={Key}",
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(20));
                return Answer(503, "ServerBusy");
            },
            () => Answer(200, body: """{"password":"$1","isAdmin":true}""", etag: "W/\"datetime'2026'\""));
        var found = await store.FindAsync("ann", GatewayCalls.Limit());
        Assert.Equal(("ann", "$1", true, "W/\"datetime'2026'\""), (found!.Name, found.Password, found.IsAdmin, found.Version));
        Assert.Equal(["Sat, 21 Nov 2026 09:30:00 GMT", "Sat, 21 Nov 2026 09:50:00 GMT"], _asked.Select(static asked => asked.Headers.GetValues("x-ms-date").Single()));
        Assert.Equal(2, _asked.Select(static asked => asked.Headers.GetValues("Authorization").Single()).Distinct().Count());
        Assert.All(_asked, static asked => Assert.StartsWith("SharedKeyLite acct:", asked.Headers.GetValues("Authorization").Single(), StringComparison.Ordinal));
    }

    // The first insert was carried out and its answer lost: the second meets its own row, and that is a success. Somebody else's row is not.
    [Theory]
    [InlineData("$mine", true)]
    [InlineData("$others", false)]
    [Trait("Contract", "1.users.race")]
    public async Task Insert_WhoseAnswerWasLost_IsRecognisedByItsHash(string stored, bool added)
    {
        var store = Store(
            $"AccountName=acct;AccountKey={Key}", () => throw new HttpRequestException("reset"), () => Answer(409, "EntityAlreadyExists"),
            () => Answer(200, body: $$"""{"password":"{{stored}}"}""", etag: "e"));
        Assert.Equal(added, await store.AddAsync("ann", "$mine", isAdmin: false, GatewayCalls.Limit()));
    }

    [Fact]
    [Trait("Contract", "1.users.race")]
    public async Task Insert_ThatMeetsARowAtOnce_IsNoSuccess_EvenWithoutAskingWhose()
    {
        var store = Store($"AccountName=acct;AccountKey={Key}", () => Answer(409, "EntityAlreadyExists"));
        Assert.False(await store.AddAsync("ann", "$mine", isAdmin: false, GatewayCalls.Limit()));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Delete_WhoseAnswerWasLost_IsASuccess()
    {
        var store = Store(
            $"AccountName=acct;AccountKey={Key}", () => Answer(200, body: """{"password":"$1"}""", etag: "e"), () => Answer(500, "InternalError"),
            () => Answer(404, "ResourceNotFound"));
        Assert.True(await store.DeleteAsync("ann", GatewayCalls.Limit()));
    }

    // A retry that meets no row says nothing of whether there was one.
    [Fact]
    [Trait("Contract", "1.users.delete")]
    public async Task Delete_OfNobody_IsNoSuccess_AlsoWhenItWasRetried()
    {
        var store = Store(
            $"AccountName=acct;AccountKey={Key}", () => Answer(500, "InternalError"), () => Answer(404, "ResourceNotFound"), () => Answer(500, "InternalError"),
            () => Answer(404, "ResourceNotFound"));
        Assert.False(await store.DeleteAsync("nobody", GatewayCalls.Limit()));
    }

    [Fact]
    [Trait("Contract", "1.users.delete")]
    public async Task Delete_OfARowThatAnotherCallDeletedMeanwhile_IsNoSuccess()
    {
        var store = Store($"AccountName=acct;AccountKey={Key}", () => Answer(200, body: """{"password":"$1"}""", etag: "e"), () => Answer(404, "ResourceNotFound"));
        Assert.False(await store.DeleteAsync("ann", GatewayCalls.Limit()));
    }

    // 409 is said of other things than a row that is there.
    [Theory]
    [InlineData("TableBeingDeleted", "Wait, or name another one (userStorage.tableName).")]
    [InlineData("AccountBeingCreated", "Look at the account's state and at Azure's own log.")]
    [InlineData(null, "Look at the account's state and at Azure's own log.")]
    [Trait("Contract", "1.users.create")]
    public async Task Insert_ThatConflictsWithoutARow_IsTheStoresRefusal(string? code, string remedy)
    {
        var store = Store($"AccountName=acct;AccountKey={Key}", () => Answer(409, code));
        var error = await Assert.ThrowsAsync<UserStoreException>(() => store.AddAsync("ann", "$mine", isAdmin: false, GatewayCalls.Limit()));
        Assert.StartsWith($"Azure Table Storage refused to write users: status 409, {code ?? "no code"}. ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "1.users.create")]
    public async Task Table_ThatIsBeingDeleted_CannotBeMade_AndOneThatIsThereIsUsed()
    {
        var going = Store($"AccountName=acct;AccountKey={Key}", () => Answer(404, "TableNotFound"), () => Answer(409, "TableBeingDeleted"));
        var error = await Assert.ThrowsAsync<UserStoreException>(() => going.AddAsync("ann", "$mine", isAdmin: false, GatewayCalls.Limit()));
        Assert.StartsWith("Azure Table Storage refused to make the table of users: status 409, TableBeingDeleted. ", error.Message, StringComparison.Ordinal);
        var made = Store($"AccountName=acct;AccountKey={Key}", () => Answer(404, "TableNotFound"), () => Answer(409, "TableAlreadyExists"), () => Answer(204));
        Assert.True(await made.AddAsync("ann", "$mine", isAdmin: false, GatewayCalls.Limit()));
    }

    [Fact]
    public async Task Service_ThatIsAway_IsTriedFourTimes_AndTheErrorNamesNoSecret()
    {
        Func<HttpResponseMessage> away = static () => throw new HttpRequestException("Connection refused");
        var store = Store("AccountName=acct;SharedAccessSignature=sv=1&sig=secret-marker", away, away, away, away, away);
        var error = await Assert.ThrowsAsync<UserStoreException>(() => store.FindAsync("ann", GatewayCalls.Limit()));
        Assert.Equal(4, _asked.Count);
        Assert.Equal("Azure Table Storage (https://acct.table.core.windows.net) could not be asked for users: Connection refused", error.Message);
        Assert.DoesNotContain("secret-marker", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_ThatLeaves_EndsTheCall()
    {
        using var left = new CancellationTokenSource();
        var store = Store($"AccountName=acct;AccountKey={Key}", () =>
        {
            left.Cancel();
            return Answer(503, "ServerBusy");
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.FindAsync("ann", left.Token));
        Assert.Single(_asked);
    }

    private sealed class Scripted(List<HttpRequestMessage> asked, Queue<Func<HttpResponseMessage>> answers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked.Add(request);
            return Task.FromResult(answers.Dequeue()());
        }
    }

    private sealed class FixedToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new($"token for {requestContext.Scopes.Single()}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
