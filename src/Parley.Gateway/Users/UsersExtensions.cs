using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Parley.Gateway.Users.Passwords;
using Parley.Gateway.Users.Throttling;

namespace Parley.Gateway.Users;

/// <summary>How the feature is put into a host.</summary>
internal static class UsersExtensions
{
    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services.AddSingleton<UserStores>();
        services.TryAddSingleton(new PasswordHasher(PasswordHash.CurrentIterations));
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<ValidationThrottle>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<UserEndpoints>();
        return services;
    }
}
