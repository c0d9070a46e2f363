using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Users.Passwords;

namespace Parley.Gateway.Users;

/// <summary>The users of the simple REST API (contracts §1), under <c>/api/users</c>.</summary>
internal sealed partial class UserEndpoints(UserDirectory users, SnapshotHolder snapshots, BufferedBytesBudget budget, ILogger<UserEndpoints> logger)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        // One segment, whatever the name is: UserPathMiddleware sees to that.
        const string One = "/api/users/{username}";
        routes.MapPost("/api/users", context => GuardAsync(context, CreateAsync)).RequireRole(KeyRole.Users);
        routes.MapPut(One, context => GuardAsync(context, UpdateAsync)).RequireRole(KeyRole.Users);
        routes.MapDelete(One, context => GuardAsync(context, DeleteAsync)).RequireRole(KeyRole.Users);
        routes.MapPost("/api/users/validate", context => GuardAsync(context, ValidateAsync)).RequireRole(KeyRole.Users, KeyRole.Validate);
    }

    private async Task<GatewayError?> CreateAsync(HttpContext context)
    {
        var (request, error) = await ReadAsync(context).ConfigureAwait(false);
        if (request is null) return error;
        if (request.Username is not { } name) return UserErrors.Invalid("username is required.");
        if (UserName.Problem(name) is { } wrong) return UserErrors.Invalid(wrong);
        if (request.Password is not { } text) return UserErrors.Invalid("password is required.");
        if (!PasswordText.TryRead(text, out var password, out var problem)) return UserErrors.Invalid(problem!);
        var outcome = await users.CreateAsync(name, password!, request.IsAdmin ?? false, context.RequestAborted).ConfigureAwait(false);
        return await AnswerAsync(context, StatusCodes.Status201Created, outcome, text).ConfigureAwait(false);
    }

    private async Task<GatewayError?> UpdateAsync(HttpContext context)
    {
        if (Name(context, out var error) is not { } name) return error;
        (var request, error) = await ReadAsync(context).ConfigureAwait(false);
        if (request is null) return error;
        if (request.Password is null && request.IsAdmin is null) return UserErrors.Invalid("Give password, isAdmin, or both.");
        byte[]? password = null;
        if (request.Password is { } text && !PasswordText.TryRead(text, out password, out var problem)) return UserErrors.Invalid(problem!);
        var outcome = await users.UpdateAsync(name, password, request.IsAdmin, context.RequestAborted).ConfigureAwait(false);
        return await AnswerAsync(context, StatusCodes.Status200OK, outcome, request.Password).ConfigureAwait(false);
    }

    private async Task<GatewayError?> DeleteAsync(HttpContext context)
    {
        if (Name(context, out var error) is not { } name) return error;
        var outcome = await users.DeleteAsync(name, context.RequestAborted).ConfigureAwait(false);
        if (outcome.Error is null) await UserAnswers.DeletedAsync(context, name).ConfigureAwait(false);
        return outcome.Error;
    }

    private async Task<GatewayError?> ValidateAsync(HttpContext context)
    {
        var (request, error) = await ReadAsync(context).ConfigureAwait(false);
        if (request is null) return error;
        if (string.IsNullOrEmpty(request.Username)) return UserErrors.Invalid("username is required.");
        if (request.Password is not { } text) return UserErrors.Invalid("password is required.");
        // What cannot be a password, or a user's name, is refused as a wrong one is, and as slowly.
        PasswordText.TryRead(text, out var password, out _);
        var outcome = await users.ValidateAsync(request.Username, password, context.Connection.RemoteIpAddress, context.RequestAborted).ConfigureAwait(false);
        return await AnswerAsync(context, StatusCodes.Status200OK, outcome, text).ConfigureAwait(false);
    }

    private ValueTask<(UserRequest? Request, GatewayError? Error)> ReadAsync(HttpContext context) => UserRequest.ReadAsync(context, budget, snapshots.Current.Config.Limits);

    private static string? Name(HttpContext context, out GatewayError? error)
    {
        var name = UserName.Read(context);
        var problem = name is null ? "The user name in the path must be percent-encoded UTF-8." : UserName.Problem(name);
        error = problem is null ? null : UserErrors.Invalid(problem);
        return problem is null ? name : null;
    }

    private async Task<GatewayError?> AnswerAsync(HttpContext context, int status, UserOutcome outcome, string? password)
    {
        if (outcome.Error is null) await UserAnswers.UserAsync(context, status, outcome, snapshots.Current.Config.EchoPassword ? password : null).ConfigureAwait(false);
        return outcome.Error;
    }

    private async Task GuardAsync(HttpContext context, Func<HttpContext, Task<GatewayError?>> call)
    {
        GatewayError? error;
        try
        {
            error = await call(context).ConfigureAwait(false);
        }
        catch (UserStoreException exception)
        {
            LogStore(logger, exception, exception.Message);
            error = UserErrors.StoreFailed;
        }

        if (error is not null) await ErrorWriter.WriteAsync(context, error).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogStore(ILogger logger, Exception exception, string reason);
}
