using Parley.Gateway.Tests.Harness;
using Xunit.Abstractions;

namespace Parley.Gateway.Tests.Users;

/// <summary>The users rows of contracts §1 on the embedded database.</summary>
[Trait("Contract", "1.users.storage")]
public sealed class DatabaseUserApiTests(ITestOutputHelper output) : UserApiTests(output)
{
    private protected override bool IsHere => true;

    private protected override GatewayHostOptions Options => new();
}
